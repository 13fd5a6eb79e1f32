# The statistics of the reference study by R's survey package, to hold ours against: tests/data/r_survey.csv is what this prints.
#
#   Rscript benchmarks/r/compare.R > tests/data/r_survey.csv       (Debian, Ubuntu: apt install r-cran-survey r-cran-mass)
#
# Run it at the top of the project. Each line is: statistic, of what, number.

suppressPackageStartupMessages(library(survey))
options(digits = 17, survey.lonely.psu = "fail")

say <- function(...) cat(paste(..., sep = ","), "\n", sep = "")
line <- function(statistic, what, number) say(statistic, what, sprintf("%.15g", as.numeric(number)))

people <- function(path) {
  read <- read.csv(path, colClasses = "character", encoding = "UTF-8")
  answered <- grep("^q[0-9]", names(read))
  read[answered] <- lapply(read[answered], function(x) ifelse(x == "", -99, suppressWarnings(as.numeric(x))))
  read
}

margins <- read.csv("surveys/samples/numerique-en-sante/margins.csv", colClasses = "character", encoding = "UTF-8")
margins <- margins[margins$wave == "2023", ]
variables <- c("sex", "age", "region", "pcs", "agglo")

population <- function(data) lapply(variables, function(name) {
  rows <- margins[margins$variable == name, ]
  share <- as.numeric(rows$percent) / sum(as.numeric(rows$percent))
  table <- data.frame(category = rows$category, Freq = nrow(data) * share)
  names(table)[1] <- name
  table
})

raked <- function(data) {
  plain <- svydesign(ids = ~1, weights = rep(1, nrow(data)), data = data)
  formulas <- lapply(variables, function(name) as.formula(paste("~", name)))
  rake(plain, formulas, population(data), control = list(maxit = 5000, epsilon = 1e-11))
}

# A wave as R sees it: weights taken as given.
given <- function(data) svydesign(ids = ~1, weights = data$weight, data = data)

waves <- list(`2023` = people("surveys/samples/panel_2023.csv"), `2020` = people("tests/data/panel_2020.csv"))
for (year in names(waves)) {
  waves[[year]]$weight <- weights(raked(waves[[year]]))
  w <- waves[[year]]$weight
  line("weight_min", year, min(w)); line("weight_max", year, max(w))
  line("effective_n", year, sum(w)^2 / sum(w^2))
  for (i in c(1, 2, 3, 500, 2000)) line("weight", paste0(year, ":", i), w[i])
}

# Bounded calibration: the logit distance of Deville and Särndal, between the bounds, on the 2020 panel.
data <- waves[["2020"]]
totals <- c(`(Intercept)` = nrow(data))
for (name in variables) {
  table <- population(data)[[match(name, variables)]]
  data[[name]] <- factor(data[[name]], levels = table[[1]])
  totals <- c(totals, setNames(table$Freq[-1], paste0(name, table[[1]][-1])))
}
plain <- svydesign(ids = ~1, weights = rep(1, nrow(data)), data = data)
for (bounds in list(c(0.5, 2), c(0.4, 3))) {
  bounded <- weights(calibrate(plain, as.formula(paste("~", paste(variables, collapse = "+"))), totals, calfun = "logit",
                               bounds = bounds, maxit = 500, epsilon = 1e-11))
  of <- paste(bounds, collapse = ":")
  line("bounded_min", of, min(bounded)); line("bounded_max", of, max(bounded))
  for (i in c(1, 2, 3, 500, 2000)) line("bounded", paste0(of, ":", i), bounded[i])
}

# From a weight by design, of mean 1: the young were interviewed twice as often as they should have been, Île-de-France three times.
design <- with(data, ifelse(age == "18-24", 1 / 2, 1) * ifelse(region == "11", 1 / 3, 1))
data$design <- design / mean(design)
formula <- as.formula(paste("~", paste(variables, collapse = "+")))
started <- svydesign(ids = ~1, weights = ~design, data = data)
designed <- list(raking = weights(calibrate(started, formula, totals, calfun = "raking", maxit = 500, epsilon = 1e-11)),
                 logit = weights(calibrate(started, formula, totals, calfun = "logit", bounds = c(0.3, 3.5), maxit = 500, epsilon = 1e-11)))
for (of in names(designed)) {
  w <- designed[[of]]
  line("designed_min", of, min(w)); line("designed_max", of, max(w)); line("designed_n", of, sum(w)^2 / sum(w^2))
  for (i in c(1, 2, 3, 500, 2000)) line("designed", paste0(of, ":", i), w[i])
}

# Strata brought back to their share of the population (the regions, unequally sampled), then raked on the other variables.
stratified <- postStratify(plain, ~region, population(data)[[match("region", variables)]])
others <- setdiff(variables, "region")
w <- weights(rake(stratified, lapply(others, function(name) as.formula(paste("~", name))), population(data)[match(others, variables)],
                  control = list(maxit = 5000, epsilon = 1e-11)))
line("stratified_min", "2020", min(w)); line("stratified_max", "2020", max(w)); line("stratified_n", "2020", sum(w)^2 / sum(w^2))
for (i in c(1, 2, 3, 500, 2000)) line("stratified", i, w[i])

# Shares with their linearised errors, on the whole wave and on sub-bases.
conditions <- list(
  F02 = c("q1_rdv == 1", "TRUE"), F08 = c("q2_coordination %in% c(1, 2)", "TRUE"), F10 = c("q5_sensibles %in% c(1, 2)", "TRUE"),
  used_of_those_who_know = c("q8_mes_utilise == 1", "q7_mes_connait == 1"),
  recommend = c("q13_conseiller %in% c(1, 2)", "q9_mes_active == 1"), doctor = c("q14_recours_medecin %in% c(1, 2)", "q8_mes_utilise != 1"),
  young_in_corse = c("q1_rdv == 1", "region == '94'"))
for (code in names(conditions)) {
  data <- waves[["2023"]]
  data$y <- as.numeric(with(data, eval(parse(text = conditions[[code]][1]))))
  data$base <- rep_len(with(data, eval(parse(text = conditions[[code]][2]))), nrow(data))
  found <- svymean(~y, subset(given(data), base))
  line("percent", code, 100 * coef(found)); line("standard_error", code, 100 * SE(found))
}

# Two waves, and a subgroup against the rest of its base.
rate <- function(year) { data <- waves[[year]]; data$y <- as.numeric(data$q1_rdv == 1); svymean(~y, given(data)) }
line("difference_se", "2023-2020", 100 * sqrt(SE(rate("2023"))^2 + SE(rate("2020"))^2))
data <- waves[["2023"]]
data$y <- as.numeric(data$q1_rdv == 1)
for (group in c("18-24", "65+")) {
  data$mine <- data$age == group
  apart <- svyby(~y, ~mine, given(data), svymean, covmat = TRUE)
  contrast <- svycontrast(apart, c(`FALSE` = -1, `TRUE` = 1))
  line("rest_points", group, 100 * coef(contrast)); line("rest_se", group, 100 * SE(contrast))
}

# Means, medians and scores of numbers: the mark from 0 to 10, and consultations of those who told how many.
data <- waves[["2023"]]
data$nps <- with(data, ifelse(q15_note_0_10 >= 9, 100, ifelse(q15_note_0_10 <= 6, -100, 0)))
answered <- subset(given(data), q15_note_0_10 >= 0)
for (what in c("q15_note_0_10", "nps")) {
  found <- svymean(as.formula(paste("~", what)), answered)
  line("mean", what, coef(found)); line("mean_se", what, SE(found))
}
told <- subset(given(data), q16_consultations_12m >= 0)
found <- svymean(~q16_consultations_12m, told)
line("mean", "q16_consultations_12m", coef(found)); line("mean_se", "q16_consultations_12m", SE(found))
for (share in c(0.25, 0.5, 0.75)) {
  found <- svyquantile(~age_years, { data$age_years <- as.numeric(data$age_years); given(data) }, share, ci = TRUE, interval.type = "mean", qrule = "math", df = Inf)
  line("quantile", share, coef(found))
  line("quantile_low", share, confint(found)[1]); line("quantile_high", share, confint(found)[2])
}

# Independence of answers and groups: Rao and Scott's second order.
tables <- rbind(expand.grid(year = "2023", rows = c("q2_coordination", "q5_sensibles", "q1_rdv"), columns = c("sex", "age", "pcs", "region")),
                expand.grid(year = "2020", rows = c("q1_rdv", "q1_mail_sms"), columns = c("sex", "age", "pcs", "region")))
for (i in seq_len(nrow(tables))) {
  year <- as.character(tables$year[i]); rows <- as.character(tables$rows[i]); columns <- as.character(tables$columns[i])
  found <- svychisq(as.formula(paste("~", rows, "+", columns)), given(waves[[year]]), statistic = "F")
  of <- paste(year, rows, columns, sep = ":")
  line("rao_scott_f", of, found$statistic); line("rao_scott_ndf", of, found$parameter[1])
  line("rao_scott_ddf", of, found$parameter[2]); line("rao_scott_p", of, found$p.value)
}
