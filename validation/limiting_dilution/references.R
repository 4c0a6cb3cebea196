# Frequency of cells that form colonies by limiting dilution: statmod's elda (Hu and Smyth 2009),
# and exact Poisson intervals of colonies in dishes by R's poisson.test.
# Needs the Debian packages r-cran-statmod and r-cran-jsonlite.
#
#   Rscript validation/limiting_dilution/references.R > validation/limiting_dilution/references.json

library(statmod)
library(jsonlite)

wells <- function(dose, tested, response, level = 0.95) {
  found <- suppressWarnings(
    elda(response, dose, tested, confidence = level, test.unit.slope = TRUE))
  bounds <- 1 / unname(found$CI[1, ])   # elda tells one cell in so many
  list(dose = dose, tested = tested, response = response, level = level,
       low = bounds[1], estimate = bounds[2], high = bounds[3],
       slope = unname(found$test.slope.wald["Estimate"]),
       slope_p = unname(found$test.slope.lr["Pr(>|z|)"]))
}

dishes <- function(colonies, seeded, level = 0.95) {
  found <- poisson.test(sum(colonies), sum(seeded), conf.level = level)
  mean_rate <- sum(colonies) / sum(seeded)
  expected <- seeded * mean_rate
  scatter <- sum((colonies - expected)^2 / expected)
  list(colonies = colonies, seeded = seeded, level = level, estimate = unname(found$estimate),
       low = found$conf.int[1], high = found$conf.int[2],
       dispersion_p = pchisq(scatter, length(colonies) - 1, lower.tail = FALSE))
}

cases <- list(
  wells = list(
    cfu_f = wells(c(1, 3, 10, 30), c(96, 96, 48, 24), c(9, 30, 33, 23)),
    rare = wells(c(1000, 5000, 20000), c(12, 12, 12), c(1, 4, 9)),
    two_doses = wells(c(50, 200), c(20, 20), c(7, 16), 0.9),
    one_dose = wells(100, 24, 10),
    not_single_hit = wells(c(1, 5, 25, 125), c(40, 40, 40, 40), c(12, 15, 18, 20)),
    none = wells(c(10, 100), c(10, 10), c(0, 0)),
    all = wells(c(10, 100), c(10, 10), c(10, 10)),
    all_one_dose = wells(30, 8, 8)
  ),
  dishes = list(
    three = dishes(c(21, 18, 25), c(100, 100, 100)),
    unequal = dishes(c(4, 11), c(50, 200), 0.9),
    scattered = dishes(c(2, 40, 11), c(100, 100, 100))
  )
)
cat(toJSON(cases, auto_unbox = TRUE, digits = 12, pretty = TRUE, na = "null"), "\n")
