/** @file GSM8K's calculator marks, <<48/2=24>>: are the equations of a solution right? */

/** Every mark of a text, in order, with whether its equation holds. */
export function checkMarks(text: string): { equation: string; holds: boolean }[] {
  return [...text.matchAll(/<<([^<>]*)>>/g)].map(([, equation = ""]) => ({ equation, holds: equationHolds(equation) }));
}

/**
 * Whether the left side has the value of the right one, which may be rounded or cut off at its last digit.
 *
 * @param equation numbers, + - * / and // (cut down to a whole number) and brackets on both sides of the last =
 * @returns false too for what cannot be read
 * @example equationHolds("2/3=.67") // => true
 * @example equationHolds("2*3=7") // => false
 */
export function equationHolds(equation: string): boolean {
  const at = equation.lastIndexOf("=");
  const stated = equation.slice(at + 1);
  const left = evaluate(equation.slice(0, Math.max(0, at)));
  const right = evaluate(stated);
  if (left === undefined || right === undefined) return false;
  const decimals = /\.(\d+)\s*$/.exec(stated)?.[1]?.length ?? 0;
  const room = decimals === 0 && Number.isInteger(left) ? 0 : 10 ** -decimals;
  return Math.abs(left - right) <= room + 1e-9 * Math.max(Math.abs(left), Math.abs(right));
}

/** The value of an expression by precedence climbing, or undefined. */
function evaluate(expression: string): number | undefined {
  const tokens = expression.replaceAll(/[\s,$]/g, "").match(/\d+\.?\d*|\.\d+|\/\/|[-+*/()]|./g) ?? [];
  let at = 0;
  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value += tokens[at++] === "+" ? product() : -product();
    return value;
  };
  const product = (): number => {
    let value = factor();
    for (;;) {
      const operator = tokens[at];
      if (operator !== "*" && operator !== "/" && operator !== "//") return value;
      at++;
      if (operator === "*") value *= factor();
      else value = operator === "/" ? value / factor() : Math.floor(value / factor());
    }
  };
  const factor = (): number => {
    const token = tokens[at++];
    if (token === "-") return -factor();
    if (token === "+") return factor();
    if (token === "(") {
      const value = sum();
      return tokens[at++] === ")" ? value : Number.NaN;
    }
    return token === undefined ? Number.NaN : Number(token);
  };
  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}
