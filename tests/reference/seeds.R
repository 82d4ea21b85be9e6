# What lme4 (REML), lmerTest (Satterthwaite's degrees of freedom) and limma (moderated variances) make of
# seeds.json, written into it: `Rscript tests/reference/seeds.R` after seeds.py; needs R with lmerTest, limma and jsonlite.
suppressMessages(library(lmerTest))
file <- "tests/reference/seeds.json"
told <- jsonlite::fromJSON(file)
exact <- lme4::lmerControl(optimizer = "bobyqa", optCtrl = list(rhobeg = 0.1, rhoend = 1e-11))
mixed <- function(rows) {
  fit <- lmerTest::lmer(y ~ log(dataSize) + (1 | seed), rows, REML = TRUE, control = exact)
  table <- coef(summary(fit, ddf = "Satterthwaite"))
  variances <- as.data.frame(lme4::VarCorr(fit))$vcov
  list(parameters = unname(table[, 1]), standardErrors = unname(table[, 2]), freedom = unname(table[, 3]), seedVariance = variances[1], noiseVariance = variances[2])
}
told$line$lme4 <- mixed(told$line$rows)
told$alike$lme4 <- mixed(told$alike$rows)
# A law that is no line, taken as a line at each estimate, and lme4's REML of that line (Lindstrom & Bates 1990).
rows <- told$power$rows
theta <- c(2.4, 0.35, 0.5)
for (round in 1:60) {
  rows$a <- rows$dataSize^(-theta[2])
  rows$b <- -theta[1] * log(rows$dataSize) * rows$a
  rows$e <- 1
  rows$w <- rows$y - theta[1] * rows$a - theta[3] + theta[1] * rows$a + theta[2] * rows$b + theta[3]
  law <- lmerTest::lmer(w ~ 0 + a + b + e + (1 | seed), rows, REML = TRUE, control = exact)
  theta <- unname(lme4::fixef(law))
}
table <- coef(summary(law, ddf = "Satterthwaite"))
variances <- as.data.frame(lme4::VarCorr(law))$vcov
told$power$lme4 <- list(parameters = theta, standardErrors = unname(table[, 2]), freedom = unname(table[, 3]), seedVariance = variances[1], noiseVariance = variances[2])
set.seed(20262)
variances <- c(rchisq(8, 2) / 2 * c(1, 1, 2, 1, 6, 1, 0.2, 1), 4, 0.05)
freedoms <- c(rep(2, 8), 4, 4)
moderated <- limma::squeezeVar(variances, freedoms)
even <- c(0.9, 1.1, 1, 1.05, 0.97)
agreeing <- limma::squeezeVar(even, rep(2, 5))
told$moderated <- list(variances = variances, freedoms = freedoms, limma = moderated$var.post, priorFreedom = moderated$df.prior, agreeing = even, limmaAgreeing = agreeing$var.post)
for (package in c("lme4", "lmerTest", "limma")) told$versions[[package]] <- as.character(packageVersion(package))
told$versions$R <- as.character(getRversion())
writeLines(jsonlite::toJSON(told, digits = NA, auto_unbox = TRUE), file)
