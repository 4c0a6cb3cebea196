# Curves fitted by R's own nls to R's own data: eleven runs of an ELISA (datasets::DNase).
#
# SSfpl is A + (B - A) / (1 + exp((xmid - x) / scal)); the package writes d = A, c = B, u = xmid and
# b = 1 / scal, whose standard error is that of scal over scal^2. SSlogis has A = 0. The
# concentration of a response y is found by uniroot on the fitted curve; its standard errors come by
# the delta method with a numerical slope along each parameter, of the curve alone and with that of
# one new response. Base R only.
#
#   Rscript validation/curves/references.R > validation/curves/references.json

number <- function(v) ifelse(is.na(v), "null", trimws(formatC(v, digits = 15, format = "g")))
listed <- function(v) paste0("[", paste(number(v), collapse = ", "), "]")
fields <- function(v) paste0("{", paste0('"', names(v), '": ', number(v), collapse = ", "), "}")
tight <- nls.control(maxiter = 500, tol = 1e-7, minFactor = 1e-10)

# With its gradient, so that nls can come as close to the optimum as it is asked to.
four <- deriv(~ A + (B - A) / (1 + exp((xmid - x) / scal)), c("A", "B", "xmid", "scal"),
              function(x, A, B, xmid, scal) NULL)

told <- function(fit) {
  p <- coef(fit)
  e <- sqrt(diag(vcov(fit)))
  c(b = unname(1 / p["scal"]), b_error = unname(e["scal"] / p["scal"]^2),
    c = unname(p["B"]), c_error = unname(e["B"]), d = unname(p["A"]), d_error = unname(e["A"]),
    u = unname(p["xmid"]), u_error = unname(e["xmid"]),
    rse = summary(fit)$sigma, aic = AIC(fit))
}

inverse <- function(fit, y) {
  p <- coef(fit)
  where <- function(q) uniroot(function(x) as.numeric(do.call(four, c(list(x), as.list(q)))) - y,
                               c(-12, 8), tol = 1e-14)$root
  x <- where(p)
  slopes <- sapply(seq_along(p), function(i) {
    h <- 1e-5 * abs(p[i]); up <- p; down <- p
    up[i] <- p[i] + h; down[i] <- p[i] - h
    (where(up) - where(down)) / (2 * h)
  })
  curve <- sqrt(drop(t(slopes) %*% vcov(fit) %*% slopes))
  h <- 1e-5
  steep <- (as.numeric(do.call(four, c(list(x + h), as.list(p)))) -
            as.numeric(do.call(four, c(list(x - h), as.list(p))))) / (2 * h)
  c(y = y, u = x, curve_error = curve, whole_error = sqrt(curve^2 + (summary(fit)$sigma / steep)^2))
}

cases <- c()
for (run in levels(DNase$Run)) {
  own <- DNase[DNase$Run == run, ]
  own$x <- log(own$conc)
  start <- as.list(coef(nls(density ~ SSfpl(x, A, B, xmid, scal), own)))
  for (weighting in c("none", "1/y", "1/y^2")) {
    w <- switch(weighting, "none" = rep(1, nrow(own)), "1/y" = 1 / own$density,
                "1/y^2" = 1 / own$density^2)
    fit <- nls(density ~ four(x, A, B, xmid, scal), own, start = start, weights = w,
               control = tight)
    back <- if (weighting == "none")
      paste0(', "inverse": [', paste(sapply(c(0.4, 1.0), function(y) fields(inverse(fit, y))),
                                     collapse = ", "), "]") else ""
    cases <- c(cases, sprintf(
      '{"name": "DNase run %s", "weighting": "%s", "dose": %s, "response": %s, "fit": %s%s}',
      run, weighting, listed(own$conc), listed(own$density), fields(told(fit)), back))
  }
}
three <- nls(density ~ SSlogis(log(conc), B, xmid, scal), DNase[DNase$Run == 1, ])
three <- nls(density ~ B / (1 + exp((xmid - log(conc)) / scal)), DNase[DNase$Run == 1, ],
             start = as.list(coef(three)), control = nls.control(tol = 1e-7))
four_fit <- nls(density ~ four(log(conc), A, B, xmid, scal), DNase[DNase$Run == 1, ],
                start = list(A = 0, B = 2.3, xmid = 1.5, scal = 1), control = tight)
test <- anova(three, four_fit)
p <- coef(three); e <- sqrt(diag(vcov(three)))
smaller <- c(b = unname(1 / p["scal"]), b_error = unname(e["scal"] / p["scal"]^2),
             c = unname(p["B"]), c_error = unname(e["B"]), u = unname(p["xmid"]),
             u_error = unname(e["xmid"]), f = test[2, "F value"], p = test[2, "Pr(>F)"])
cat("{\n  \"cases\": [\n    ", paste(cases, collapse = ",\n    "), "\n  ],\n  \"smaller\": ",
    fields(smaller), "\n}\n", sep = "")
