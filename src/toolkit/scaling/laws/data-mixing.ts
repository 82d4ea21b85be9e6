/** @file The data-mixing law: loss on one domain against the shares of all domains in the training data (Ye et al. 2024). */
import { requireCount } from "../../core/argument-checks.ts";
import { defineLaw } from "./define-law.ts";
import type { Dual } from "./dual-numbers.ts";
import type { Law } from "./law.ts";

/**
 * loss = floor + amplitude e^(sum of rate_d r_d), r_d the share of domain d. The shares of all domains sum to 1, so name all but one:
 * with all of them, any constant moves between the amplitude and the rates, and the fit refuses.
 *
 * Six published fits, of two domains, are done again in tests/toolkit/scaling/laws/published-laws.test.ts. Their authors choose the floor
 * first and fit the rest; all parameters at once fit closer.
 *
 * @param domains columns that hold the shares, one or more
 * @returns a law with the parameters floor, amplitude and, for each domain, "rate of DOMAIN"
 * @throws RangeError or TypeError for no domain, or one named twice
 * @source Ye et al. 2024, arXiv:2403.16952 (exponential data mixing)
 * @example dataMixingLaw(["web", "code"]).parameters // => ["floor", "amplitude", "rate of web", "rate of code"]
 */
export function dataMixingLaw<const Domain extends string>(
  domains: readonly Domain[],
): Law<"floor" | "amplitude" | `rate of ${Domain}`, Domain> {
  requireCount("dataMixingLaw", "the number of domains", domains?.length, 1, MOST_DOMAINS);
  const rates = domains.map((domain): `rate of ${Domain}` => `rate of ${domain}`);
  return defineLaw<"floor" | "amplitude" | `rate of ${Domain}`, Domain>({
    name: "data mixing",
    parameters: ["floor", "amplitude", ...rates],
    inputs: domains,
    positive: ["amplitude"],
    formula: (parameters, shares, { plus, times, exp }) => {
      const named = parameters as Record<string, Dual>;
      const weighted = domains.map((domain) =>
        times(named[`rate of ${domain}`] as Dual, (shares as Record<Domain, number>)[domain]),
      );
      return plus(named.floor as Dual, times(named.amplitude as Dual, exp(plus(...weighted))));
    },
    starts: (_, losses) => {
      const least = losses.reduce((lowest, loss) => Math.min(lowest, loss), Infinity);
      const starts: Record<string, number[]> = {
        floor: [0.5 * least, 0.9 * least],
        amplitude: [Math.abs(least) / 2 || 1],
      };
      for (const rate of rates) starts[rate] = domains.length > FEW_DOMAINS ? [0] : [-1, 1];
      return starts as Record<"floor" | "amplitude" | `rate of ${Domain}`, number[]>;
    },
  });
}

const MOST_DOMAINS = 100;
const FEW_DOMAINS = 6; // two rates to start from of each: 2^6 starts, twice
