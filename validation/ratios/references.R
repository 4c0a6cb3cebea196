# Ratio and difference of two means, re-derived with R's own t.test.
#
# Fieller's interval is found here by another way than in stroma.stats.ratios: not as the roots of
# a quadratic, but by inverting R's Welch test. With df = the test's degrees of freedom at the
# observed ratio, the bounds are the factors rho at which |t| of t.test(x, rho * y) equals
# qt((1 + level) / 2, df); uniroot finds them. Base R only.
#
#   Rscript validation/ratios/references.R > validation/ratios/references.json

statistic <- function(x, y, rho) unname(t.test(x, rho * y)$statistic)

fieller <- function(x, y, level) {
  ratio <- mean(x) / mean(y)
  df <- unname(t.test(x, ratio * y)$parameter)
  limit <- qt((1 + level) / 2, df)
  above <- function(rho) statistic(x, y, rho) - limit
  below <- function(rho) statistic(x, y, rho) + limit
  # As rho grows, t falls towards -mean(y) / se(y); a bound exists where it passes the limit.
  far <- -mean(y) / (sd(y) / sqrt(length(y)))
  low <- if (above(0) <= 0) 0 else uniroot(above, c(0, ratio), tol = 1e-13)$root
  high <- if (far >= -limit) NA
          else uniroot(below, c(ratio, ratio * 1e6), tol = 1e-13, maxiter = 10000)$root
  if (is.na(high) && low == 0) low <- NA
  c(ratio = ratio, low = low, high = high, df = df)
}

welch <- function(x, y, level) {
  test <- t.test(x, y, conf.level = level)
  c(difference = mean(x) - mean(y), low = test$conf.int[1], high = test$conf.int[2],
    df = unname(test$parameter))
}

number <- function(v) ifelse(is.na(v), "null", trimws(formatC(v, digits = 15, format = "g")))
array <- function(v) paste0("[", paste(number(v), collapse = ", "), "]")
fields <- function(v) paste0("{", paste0('"', names(v), '": ', number(v), collapse = ", "), "}")

set.seed(12345)
a1 <- rnorm(5, 1, 1)
a2 <- rnorm(5, 2, 1)

grown <- function(group) PlantGrowth$weight[PlantGrowth$group == group]
tooth <- function(supplement) {
  ToothGrowth$len[ToothGrowth$supp == supplement & ToothGrowth$dose == 0.5]
}
sprayed <- function(spray) InsectSprays$count[InsectSprays$spray == spray]

cases <- list(
  list("mratios_printed", "rnorm(5, 1, 1) and rnorm(5, 2, 1) after set.seed(12345)", a1, a2, 0.95),
  list("plant_growth", "datasets::PlantGrowth, trt2 over ctrl", grown("trt2"), grown("ctrl"), 0.95),
  list("tooth_growth", "datasets::ToothGrowth, dose 0.5, OJ over VC", tooth("OJ"), tooth("VC"), 0.9),
  list("insect_sprays", "datasets::InsectSprays, A over C: zeros in the denominator",
       sprayed("A"), sprayed("C"), 0.95),
  list("three_wells", "made up: absorbance of three wells each",
       c(0.84, 0.91, 0.78), c(0.21, 0.19, 0.23), 0.95),
  list("unequal_sizes", "made up: six wells over two", c(0.84, 0.91, 0.78, 0.95, 0.88, 0.8),
       c(0.31, 0.29), 0.99),
  list("below_blank", "made up: a control reading below the blank",
       c(0.52, 0.61, 0.57, 0.49), c(0.04, -0.01, 0.03, 0.05), 0.95),
  list("weak_control", "made up: a control that cannot be told from zero",
       c(0.52, 0.61, 0.57), c(0.05, -0.02, 0.02), 0.95),
  list("nothing_known", "made up: neither mean can be told from zero",
       c(0.05, -0.03, 0.02), c(0.04, -0.02, 0.03), 0.95),
  list("no_signal", "made up: an induced mean that cannot be told from zero",
       c(0.02, -0.01, 0.01), c(0.2, 0.22, 0.19), 0.95),
  list("scores", "made up: scores 0 to 3", c(2, 3, 3, 2), c(0, 1, 0, 0), 0.95)
)

lines <- vapply(cases, function(case) {
  sprintf(paste0('  {"id": "%s", "data": "%s", "level": %s,\n   "first": %s,\n   "second": %s,\n',
                 '   "fieller": %s,\n   "welch": %s}'),
          case[[1]], case[[2]], number(case[[5]]), array(case[[3]]), array(case[[4]]),
          fields(fieller(case[[3]], case[[4]], case[[5]])),
          fields(welch(case[[3]], case[[4]], case[[5]])))
}, character(1))
cat("[\n", paste(lines, collapse = ",\n"), "\n]\n", sep = "")
