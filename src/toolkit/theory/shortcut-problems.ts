/** @file Problems with a shortcut: a spurious step after which the answer is guessed, sometimes rightly, in every kind of problem. */
import { requireCount, requireWithin } from "../core/argument-checks.ts";
import type { StepAction, StepGraph, StepState } from "./step-graph.ts";

/** What the problems are like. */
export interface ShortcutProblemOptions {
  /** kinds of problems, a count >= 1; each needs a fact of its own */
  facts: number;
  /** the k-th kind comes with frequency k^-zipf, >= 0; default 0: all equally often */
  zipf?: number;
  /** steps to choose from: the right one, the shortcut, wrong ones; a count >= 3 */
  choices: number;
  /** chance that the guess after the shortcut is right, in [0, 1] */
  luck: number;
}

/**
 * One critical step a problem. The right step takes the problem's own fact; the shortcut looks the same in all problems (one
 * shared feature) and leads to a guess that nothing can improve (no feature). A verifier of answers keeps lucky shortcuts.
 *
 * @param options how many facts and choices, and how often a guess is right
 * @returns a graph whose written policy draws uniformly; the features are "fact k" and "shortcut"
 * @throws RangeError when an option is out of range
 */
export function shortcutProblems(options: ShortcutProblemOptions): StepGraph {
  const { facts, zipf = 0, choices, luck } = options;
  requireCount("shortcutProblems", "facts", facts, 1, 1000);
  requireWithin("shortcutProblems", "zipf", zipf, 0, 10);
  requireCount("shortcutProblems", "choices", choices, 3, 100);
  requireWithin("shortcutProblems", "luck", luck, 0, 1);
  const [guess, correct, wrong] = [facts, facts + 1, facts + 2];
  const problems = Array.from({ length: facts }, (_, fact): StepState => {
    const right = { name: "right", next: correct, features: [`fact ${fact}`] };
    const shortcut = { name: "shortcut", next: guess, features: ["shortcut"] };
    const others = Array.from({ length: choices - 2 }, (_, other) => ({
      name: `other ${other + 1}`,
      next: wrong,
      features: [],
    }));
    const actions = [right, shortcut, ...others].map((action): StepAction => ({ ...action, probability: 1 / choices }));
    return { name: `problem ${fact}`, actions, reward: 0 };
  });
  const guesses = [
    { name: "lucky", next: correct, probability: luck, features: [] },
    { name: "unlucky", next: wrong, probability: 1 - luck, features: [] },
  ];
  const frequencies = problems.map((_, fact) => (fact + 1) ** -zipf);
  const total = frequencies.reduce((sum, frequency) => sum + frequency, 0);
  return {
    states: [
      ...problems,
      { name: "guess", actions: guesses, reward: 0 },
      { name: "correct", actions: [], reward: 1 },
      { name: "wrong", actions: [], reward: 0 },
    ],
    starts: frequencies.map((frequency, state) => ({ state, probability: frequency / total })),
  };
}
