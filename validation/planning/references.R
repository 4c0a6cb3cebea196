# Plans of doses, worked by R: closed forms where they exist, and one whole plan simulated anew.
# Rscript validation/planning/references.R > validation/planning/references.json

library(jsonlite)
set.seed(20260101)

# A product of log-normals: 200 doses of 1e8 cells, three passages.
log_mean <- log(5e6) + 3 * 4 * log(2)
log_sd <- sqrt(0.4^2 + (3 * 0.3 * log(2))^2)
product <- plnorm(200 * 1e8, log_mean, log_sd, lower.tail = FALSE)

# A new donor by four donors: mean 2.5, standard deviation 0.3.
levels <- c(0.05, 0.5, 0.95)
new_donor <- 2.5 + qt(levels, 3) * 0.3 * sqrt(1 + 1 / 4)

# Donations that succeed with 70 %, five doses each, ten doses wanted.
two_of <- sapply(1:6, function(m) pbinom(1, m, 0.7, lower.tail = FALSE))

# Lots released 8 of 11 under Jeffreys' prior: none of m, by the beta function.
released <- 1 - beta(8.5, 3.5 + 1:4) / beta(8.5, 3.5)

# A whole plan, donation by donation. All numbers are those of tests/planning/test_references.py.
plan <- function(laboratories, donations, wanted) {
  size <- laboratories * donations
  logit <- function(p) log(p / (1 - p))
  own <- function(n, mean, sd) {
    variance <- sd^2 * (n - 1) / rchisq(laboratories, n - 1)
    centre <- rnorm(laboratories, mean, sqrt(variance / n))
    rnorm(size, rep(centre, donations), rep(sqrt(variance), donations))
  }
  cells <- exp(own(4, log(6e6), 0.25))
  growth <- pmin(pmax(own(5, 2.6, 0.4), 0), 12)
  ceiling <- pmax(rnorm(size, 11, 2), 0)
  kept <- plogis(rnorm(size, logit(0.9), 0.3))
  thawed <- plogis(rnorm(size, logit(0.85), 0.4))
  isolated <- rbinom(size, 1, rep(rbeta(laboratories, 19.5, 1.5), donations))
  released <- rbinom(size, 1, rep(rbeta(laboratories, 8.5, 3.5), donations))
  doses_of <- function(harvest) {
    vials <- floor(harvest * kept / 50e6)
    floor(vials / ceiling_of(140e6 / (50e6 * thawed)))
  }
  best <- doses_of(cells)
  used <- rep(0, size)
  for (passage in 1:5) {
    grown <- pmin(growth, pmax(ceiling - used, 0))
    cells <- ifelse(grown > 0, cells * kept * 2^grown, cells)
    used <- used + grown
    best <- pmax(best, doses_of(cells))
  }
  matrix(best * isolated * released, laboratories, donations)
}
ceiling_of <- base::ceiling

doses <- plan(20000, 30, 20)
sums <- t(apply(doses, 1, cumsum))
whole <- list(
  probability = mean(doses >= 20),
  doses = as.numeric(quantile(doses, c(0.25, 0.5, 0.75))),
  by_donations = colMeans(sums[, 1:8] >= 20)
)

cat(toJSON(
  list(
    product_of_lognormals = product,
    new_donor = new_donor,
    two_successes_of = two_of,
    one_release_of = released,
    whole_plan = whole,
    versions = list(R = paste(R.version$major, R.version$minor, sep = "."))
  ),
  auto_unbox = TRUE, digits = 10, pretty = TRUE
), "\n")
