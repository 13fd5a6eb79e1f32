"""Quota grids as people paste them: from a spreadsheet or an e-mail, with labels or codes, people or shares, and their totals."""

from decimal import Decimal

from respondents.core.grids import plain, read_grid

CATEGORIES = {
    "sex": {"H": ("Un homme", "A man"), "F": ("Une femme", "A woman")},
    "age": {"18-24": ("18 à 24 ans",), "25-64": ("25 à 64 ans",), "65+": ("65 ans et plus",)},
    "region": {"11": ("Île-de-France",), "94": ("Corse",)},
}
NAMES = {name: {plain(way): each for each, ways in own.items() for way in (each, *ways)} for name, own in CATEGORIES.items()}


def read(text, target=2000):
    return read_grid(text, NAMES, target)


def odd(grid):
    return [(line, str(message)) for line, message in grid.odd]


def test_a_list_from_a_spreadsheet_with_its_head_and_its_total():
    grid = read("Sexe\tCible\nHommes\t953\nFemmes\t1 047\nTotal\t2 000")
    assert (grid.variables, grid.numbers, grid.is_percent) == (("sex",), {("H",): 953, ("F",): 1047}, False)
    assert (grid.totals, odd(grid)) == (1, [])


def test_a_crossed_table_with_totals_on_both_sides():
    grid = read(
        "\tHommes\tFemmes\tEnsemble\n18-24 ans\t100\t103\t203\n25-64\t500\t550\t1 050\n65 ans et plus\t353\t394\t747\nTotal\t953\t1047\t2000"
    )
    assert grid.variables == ("age", "sex")
    assert grid.numbers["65+", "F"] == 394
    assert (sum(grid.numbers.values()), grid.totals, odd(grid)) == (2000, 6, [])


def test_three_variables_under_a_head_of_two_rows_whose_merged_cells_are_empty():
    head = "\tHommes\t\t\tFemmes\t\t\n\t18-24\t25-64\t65+\t18-24\t25-64\t65+\n"
    grid = read(f"{head}Île-de-France\t100\t200\t300\t100\t200\t300\nCorse\t100\t200\t300\t100\t50\t50")
    assert grid.variables == ("region", "sex", "age")
    assert (grid.numbers["94", "F", "65+"], len(grid.numbers), odd(grid)) == (50, 12, [])


def test_codes_that_are_numbers_are_labels_and_not_people():
    grid = read("F\t11\t1000\n\t94\t47\nH\t11\t600\n\t94\t353")
    assert (grid.variables, grid.numbers["F", "94"]) == (("sex", "region"), 47)


def test_shares_inside_each_sex_are_a_plan_nested_in_sex():
    grid = read("\t18-24\t25-64\t65+\nHommes\t10,0 %\t50,0 %\t40,0 %\nFemmes\t12\t48\t40")
    assert (grid.within, grid.is_percent, odd(grid)) == (("sex",), True, [])


def test_labels_may_be_in_the_plural_in_either_language_and_without_their_article():
    assert read("Men\t953\nWomen\t1047").numbers == read("hommes\t953\nFEMMES\t1047").numbers == {("H",): 953, ("F",): 1047}


def test_lines_of_an_e_mail_are_shares_in_per_cent():
    grid = read("Homme 47,65 %\nFemme 52,35 %")
    assert (grid.is_percent, grid.numbers) == (True, {("H",): Decimal("47.65"), ("F",): Decimal("52.35")})


def test_what_does_not_add_up_and_who_is_not_known_are_said_with_their_line():
    assert odd(read("Homme;953\nFame;1047")) == [
        (2, "“Fame” is not a category of sex."),
        (0, "The numbers add up to 953, and the wave wants 2000."),
    ]
    assert odd(read("Homme\t950\nFemme\t1050\nTotal\t2003")) == [(3, "The total says 2003, and what it sums makes 2000.")]
    assert odd(read("Homme\t1000\nFemme\t1000\nHomme\t3")) == [(3, "Homme stands above already.")]


def test_a_point_that_may_stand_for_thousands_is_asked_about():
    assert odd(read("Homme\t1.953\nFemme\t98,047"))[0] == (
        1,
        "“1.953” can be read in two ways: write thousands without point or comma, and shares with at most two decimals.",
    )


def test_a_text_without_any_grid_is_said_to_be_none():
    assert [sentence for _, sentence in odd(read("Bonjour,\nvoici les quotas."))] == [
        "No grid of numbers with known categories was found: the first columns, and the first rows of a crossed table, must be categories of the quota variables.",
        "No variable has the categories Bonjour,, voici les quotas..",
    ]
