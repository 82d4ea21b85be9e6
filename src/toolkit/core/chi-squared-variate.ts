/** @file Draws of chi squared, exact at every number of degrees of freedom: a sum of squares for few, a gamma variate's rejection for many. */

interface Normals {
  uniform(): number;
  normal(): number;
}

/**
 * One draw; arguments are checked by the caller.
 *
 * @param stream source of uniforms in [0, 1) and of normals
 * @param degreesOfFreedom a count >= 1
 * @returns a number > 0 of mean degreesOfFreedom and variance twice that
 */
export function chiSquaredVariate(stream: Normals, degreesOfFreedom: number): number {
  if (degreesOfFreedom > FEW) return 2 * gammaVariate(stream, degreesOfFreedom / 2);
  let sum = 0;
  for (let k = 0; k < degreesOfFreedom; k++) sum += stream.normal() ** 2;
  return sum;
}

const FEW = 256; // squares to add; the rejection takes a draw or two whatever the number

/**
 * A gamma variate of a shape >= 1 and scale 1: the cube of a normal variate, rejected where its density is too high.
 * @source Marsaglia & Tsang 2000, "A simple method for generating gamma variables", ACM Trans. Math. Softw. 26, 363-372
 */
function gammaVariate(stream: Normals, shape: number): number {
  const d = shape - 1 / 3; // the paper's letters
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = stream.normal();
    const root = 1 + c * x;
    if (root <= 0) continue;
    const v = root ** 3;
    const logUniform = Math.log(1 - stream.uniform()); // 1 - uniform is in (0, 1]
    if (logUniform < x ** 2 / 2 + d * (1 - v + Math.log(v))) return d * v;
  }
}
