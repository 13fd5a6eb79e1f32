# Computes every published figure again from the evidence file alone, with R, and says which are equal.
#
#     Rscript verify.R evidence.zip
#
# Base R only. The answers are read from records.csv, the margins from margins.csv, the figures from figures.csv, where the
# conditions stand translated into the functions below. Exit code 0 when everything comes out the same.

EXACT <- 1e-6 # points, or units of a mean
Z <- qnorm(0.975)

# The conditions: a question not asked is the empty text; the ticks of a multiple stand in one text, blanks between them.
text <- function(a) {
  if (is.logical(a)) return(ifelse(a, "true", "false"))
  if (is.numeric(a)) return(ifelse(is.na(a), "", format_number(a)))
  a
}
format_number <- function(a) vapply(a, function(x) format(x, digits = 15, scientific = FALSE, trim = TRUE), "")
number <- function(a) {
  if (is.logical(a) || is.numeric(a)) return(as.numeric(a))
  is_one <- grepl("^-?[0-9]+(\\.[0-9]+)?$", a)
  result <- rep(NA_real_, length(a))
  result[is_one] <- as.numeric(a[is_one])
  result
}
truth <- function(a) if (is.logical(a)) a else if (is.numeric(a)) !is.na(a) & a != 0 else nzchar(a)
known <- function(a) !is.na(a) & a
either <- function(a, b) truth(a) | truth(b)
both <- function(a, b) truth(a) & truth(b)
negate <- function(a) !truth(a)
same <- function(a, b) {
  if (is.logical(a) || is.logical(b)) return(truth(a) == truth(b))
  if (is.numeric(a) || is.numeric(b)) return(known(number(a) == number(b)))
  text(a) == text(b)
}
differs <- function(a, b) !same(a, b)
less <- function(a, b) known(number(a) < number(b))
less_or_same <- function(a, b) known(number(a) <= number(b))
more <- function(a, b) known(number(a) > number(b))
more_or_same <- function(a, b) known(number(a) >= number(b))
plus <- function(a, b) number(a) + number(b)
minus <- function(a, b) number(a) - number(b)
times <- function(a, b) number(a) * number(b)
over <- function(a, b) ifelse(known(number(b) == 0), NA_real_, number(a) / number(b))
remainder <- function(a, b) ifelse(known(number(b) == 0), NA_real_, number(a) - number(b) * trunc(number(a) / number(b)))
choose_one <- function(a, b, c) ifelse(rep_len(truth(a), n), rep_len(b, n), rep_len(c, n))
coalesced <- function(a, b) choose_one(text(a) == "", b, a)
ticks <- function(a) strsplit(text(a), " ", fixed = TRUE)
ticked <- function(a, b) mapply(function(all, one) one %in% all, ticks(a), text(b), USE.NAMES = FALSE)
count_ticked <- function(a) as.numeric(lengths(ticks(a)))
ticked_at <- function(a, at) {
  one <- function(all, k) if (!is.na(k) && k >= 0 && k < length(all)) all[trunc(k) + 1] else ""
  mapply(one, ticks(a), number(at), USE.NAMES = FALSE)
}
whole <- function(a) trunc(number(a))
rounded <- function(a, places = 0) sign(number(a)) * floor(abs(number(a)) * 10^places + 0.5 + 1e-9) / 10^places
smallest <- function(...) do.call(pmin, c(lapply(list(...), number), na.rm = TRUE))
largest <- function(...) do.call(pmax, c(lapply(list(...), number), na.rm = TRUE))
day_of <- function(a) as.numeric(as.Date(ifelse(grepl("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", text(a)), text(a), NA), format = "%Y-%m-%d"))
text_length <- function(a) as.numeric(nchar(text(a)))
holds_text <- function(a, b) mapply(grepl, text(b), text(a), MoreArgs = list(fixed = TRUE), USE.NAMES = FALSE)
begins <- function(a, b) startsWith(text(a), text(b))
joined <- function(...) do.call(paste0, lapply(list(...), text))

failures <- 0
say <- function(is_equal, line) {
  is_equal <- length(is_equal) == 1 && known(is_equal)
  cat(if (is_equal) "equal   " else "DIFFERS ", line, "\n", sep = "")
  if (!is_equal) failures <<- failures + 1
}
table_of <- function(name) {
  read.csv(file.path(folder, name), colClasses = "character", check.names = FALSE, na.strings = character(0), encoding = "UTF-8")
}

# The files are those that were frozen, where this R or this machine can compute SHA-256.
sha256 <- function(path) {
  if (exists("sha256sum", envir = asNamespace("tools"))) return(unname(get("sha256sum", envir = asNamespace("tools"))(path)))
  if (nzchar(Sys.which("sha256sum"))) return(substr(system2("sha256sum", shQuote(path), stdout = TRUE), 1, 64))
  if (nzchar(Sys.which("shasum"))) return(substr(system2("shasum", c("-a", "256", shQuote(path)), stdout = TRUE), 1, 64))
  NA_character_
}
check_files <- function() {
  lines <- readLines(file.path(folder, "manifest.json"), warn = FALSE)
  listed <- regmatches(lines, regexec("^ *\"([^\"]+)\": \"([0-9a-f]{64})\"", lines))
  listed <- listed[lengths(listed) == 3]
  if (is.na(sha256(file.path(folder, "manifest.json")))) return(cat("The files' fingerprints were not checked: no SHA-256 here.\n"))
  for (each in listed) {
    path <- file.path(folder, each[2])
    say(file.exists(path) && sha256(path) == each[3], paste("file", each[2]))
  }
}

# The weight by design that people start from, of mean 1: an oversample counts for its true share.
started <- function(people) {
  weights <- rep(1, nrow(people))
  if (file.exists(file.path(folder, "design.csv"))) {
    design <- table_of("design.csv")
    weights <- as.numeric(design$weight)[match(people[[design$variable[1]]], design$answer)]
  }
  weights / mean(weights)
}

# Margin after margin until nothing moves (Deming and Stephan, 1940); categories outside the margins keep their sample share.
wanted <- function(variable, margins, people) {
  listed <- margins[margins$variable == variable, ]
  shares <- setNames(as.numeric(listed$percent), listed$category)
  found <- tapply(started(people), people[[variable]], sum) / nrow(people)
  kept <- found[!names(found) %in% names(shares)]
  shares <- shares[shares > 0]
  c((1 - sum(kept)) * shares / sum(shares), setNames(as.numeric(kept), names(kept)))
}
# What a pull gives as weight, and how fast that grows there: between bounds, the logit curve of Deville and Särndal (1992).
curve_at <- function(pull, bounds) {
  if (length(bounds) == 0) return(list(weight = exp(pull), slope = exp(pull)))
  low <- bounds[1]
  high <- bounds[2]
  scale <- (high - low) / ((1 - low) * (high - 1))
  within <- 1 / (1 + (high - 1) / (1 - low) * exp(-scale * pull))
  list(weight = low + (high - low) * within, slope = scale * (high - low) * within * (1 - within))
}
fitted_to <- function(targets, people, bounds) {
  starts <- started(people)
  pull <- rep(0, nrow(people))
  for (cycle in 1:20000) {
    moved <- 0
    for (variable in names(targets)) {
      now <- curve_at(pull, bounds)
      sums <- tapply(starts * now$weight, people[[variable]], sum)
      slopes <- tapply(starts * now$slope, people[[variable]], sum)
      steps <- log(nrow(people) * targets[[variable]][names(sums)] / sums) * sums / slopes
      pull <- pull + as.numeric(steps[people[[variable]]])
      moved <- max(moved, abs(steps))
    }
    if (is.na(moved) || moved < 1e-13) break
  }
  starts * curve_at(pull, bounds)$weight
}
check_weights <- function(margins) {
  counted <- weights > 0 # who is left out for want of an answer weighs nothing
  people <- records[counted, , drop = FALSE]
  weights <- weights[counted]
  variables <- unique(margins$variable)
  targets <- setNames(lapply(variables, wanted, margins = margins, people = people), variables)
  for (variable in variables) {
    shares <- tapply(weights, people[[variable]], sum) / sum(weights)
    off <- max(abs(shares - targets[[variable]][names(shares)]))
    say(off < 1e-8, sprintf("margin %s: off by at most %.2g points", variable, 100 * off))
  }
  bounds <- as.numeric(unique(unlist(margins[1, c("low", "high")])))
  apart <- max(abs(weights - fitted_to(targets, people, bounds[!is.na(bounds)])))
  say(apart < EXACT, sprintf("weights: at most %.2g from those computed here", apart))
}

# The figures.
quantile_of <- function(values, weights, share) {
  order <- order(values)
  values[order][which(cumsum(weights[order]) >= (min(max(share, 0), 1) - 1e-12) * sum(weights))[1]]
}
mean_of <- function(values, weights) {
  value <- sum(values * weights) / sum(weights)
  list(value = value, error = sqrt(n / (n - 1) * sum((weights * (values - value))^2)) / sum(weights))
}
# Every number of a figure; a share's values are 0 and 100. Wilson (1927) on Kish's effective size, Woodruff (1952) of a median.
numbers_of <- function(kind, values, weights) {
  effective <- sum(weights)^2 / sum(weights^2)
  found <- list(weighted_n = sum(weights), effective_n = effective)
  if (kind == "median") {
    middle <- quantile_of(values, weights, 0.5)
    below <- mean_of(as.numeric(values <= middle), weights)
    ends <- lapply(c(low = -Z, high = Z), function(z) quantile_of(values, weights, below$value + z * below$error))
    return(c(found, list(raw = quantile_of(values, rep(1, length(values)), 0.5), value = middle), ends))
  }
  one <- mean_of(values, weights)
  found <- c(found, list(raw = mean(values), standard_error = one$error))
  if (kind != "share") {
    return(c(found, list(value = one$value, margin = Z * one$error, low = one$value - Z * one$error, high = one$value + Z * one$error)))
  }
  p <- one$value / 100
  spread <- Z^2 / effective
  half <- Z * sqrt(p * (1 - p) / effective + spread / (4 * effective))
  ends <- lapply(c(low = -half, high = half), function(side) 100 * (p + spread / 2 + side) / (1 + spread))
  c(found, list(percent = one$value, margin = 100 * Z * sqrt(p * (1 - p) / effective)), ends)
}
printed <- function(kind, value) {
  if (kind == "share" && value < 0.5) return(if (value == 0) "" else "<1")
  places <- if (kind == "mean" || (kind == "median" && value %% 1 != 0)) 1 else 0
  gsub(".", "", formatC(floor(abs(value) * 10^places + 0.5 + 1e-9) / 10^places, format = "f", digits = places), fixed = TRUE)
}
holds <- function(condition) rep_len(truth(eval(parse(text = condition), envir = answers)), n)
check_figure <- function(figure) {
  may <- weights > 0
  if (figure$versions != "") may <- may & paste0(":", records[["(version)"]]) %in% strsplit(figure$versions, "|", fixed = TRUE)[[1]]
  base <- may & holds(figure$base)
  selected <- base & holds(figure$selection)
  say(sum(base) == as.numeric(figure$n), sprintf("%s: base of %d", figure$code, sum(base)))
  if (figure$printed == "") return(invisible())
  values <- if (figure$kind == "share") 100 * selected else number(records[[figure$measure]])
  if (figure$kind == "score") values <- ifelse(values >= 9, 100, ifelse(values <= 6, -100, 0))
  counted <- if (figure$kind == "share") base else selected & !is.na(values)
  found <- numbers_of(figure$kind, values[counted], weights[counted])
  told <- names(found)[vapply(names(found), function(name) figure[[name]] != "", TRUE)] # unweighted, there is neither error nor interval
  for (name in told) say(abs(found[[name]] - as.numeric(figure[[name]])) < EXACT, sprintf("%s: %s %.6f", figure$code, name, found[[name]]))
  value <- as.numeric(if (figure$kind == "share") figure$percent else figure$value)
  digits <- gsub("[^0-9<]", "", figure$printed, useBytes = TRUE)
  say(printed(figure$kind, value) == digits, sprintf("%s: printed %s", figure$code, digits))
}

path <- commandArgs(trailingOnly = TRUE)
folder <- tempfile("evidence")
if (length(path) != 1 || length(unzip(path, exdir = folder)) == 0) stop("Rscript verify.R evidence.zip")
check_files()
records <- table_of("records.csv")
figures <- table_of("figures.csv")
margins <- table_of("margins.csv")
n <- nrow(records)
weights <- if ("(weight)" %in% names(records)) as.numeric(records[["(weight)"]]) else rep(1, n)
answers <- list2env(list(answer = function(name) if (name %in% names(records)) records[[name]] else rep("", n)), parent = globalenv())
if (nrow(margins) > 0) check_weights(margins)
for (row in seq_len(nrow(figures))) check_figure(figures[row, ])
cat(if (failures == 0) "All equal.\n" else sprintf("%d differ.\n", failures))
quit(status = if (failures == 0) 0 else 1)
