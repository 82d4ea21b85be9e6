/** @file The stories of the word problems: four families of sentences, ten settings each, three wordings of every sentence. */

/** What a sentence does to the quantity that the story follows. */
export type MoveKind = "times" | "more" | "fewer" | "shared";

type Wordings = readonly [string, string, string];

/**
 * Sentences with places: {n} the first number, {q} the number of a move, {a} who has the quantity, {b} who has it after the move, {sum}
 * the equation with its mark; every other place is a word of the setting.
 */
export interface Family {
  readonly start: Wordings;
  /** the moves that a story of the family may make, as it tells them */
  readonly moves: Readonly<Partial<Record<MoveKind, Wordings>>>;
  /** what is asked after a last move, and how a solution tells each move */
  readonly question: Wordings;
  readonly questionShared?: Wordings;
  readonly solution: Readonly<Partial<Record<MoveKind, readonly [string, string]>>>;
  /** every move brings in another person */
  readonly passesOn: boolean;
}

export const FAMILIES = {
  packs: {
    start: [
      "{a} buys {n} {boxes} of {items}.",
      "There are {n} {boxes} of {items} in the room of {a}.",
      "{a} has {n} {boxes} of {items}.",
    ],
    moves: {
      times: [
        "Each {box} holds {q} {items}.",
        "There are {q} {items} in every {box}.",
        "A {box} has {q} {items} in it.",
      ],
      more: [
        "Then {a} finds {q} more {items}.",
        "{a} gets {q} {items} as a present.",
        "A friend brings {q} {items} more.",
      ],
      fewer: ["{a} gives {q} {items} away.", "Of these {q} {items} are lost.", "{a} throws {q} of the {items} away."],
      shared: [
        "{a} shares the {items} equally among {q} children.",
        "The {items} are given to {q} children in equal parts.",
        "Then {q} children take all {items} and each takes the same number.",
      ],
    },
    question: [
      "How many {items} does {a} have now?",
      "How many {items} are there in the end?",
      "What is the number of {items} of {a} now?",
    ],
    questionShared: [
      "How many {items} does each child get?",
      "How many {items} are there for one child?",
      "What is the number of {items} of each child?",
    ],
    solution: {
      times: ["In the {boxes} there are {sum} {items}.", "{a} starts with {sum} {items}."],
      more: ["Then there are {sum} {items}.", "With the new ones {a} has {sum} {items}."],
      fewer: ["After that {sum} {items} are left.", "{a} has {sum} {items} left."],
      shared: ["Each child gets {sum} {items}.", "For one child there are {sum} {items}."],
    },
    passesOn: false,
  },
  wages: {
    start: [
      "{a} works {n} hours as a {job}.",
      "As a {job} {a} works for {n} hours.",
      "{a} is a {job} and works {n} hours.",
    ],
    moves: {
      times: [
        "For each hour {a} gets {q} dollars.",
        "The pay is {q} dollars an hour.",
        "An hour of work is paid with {q} dollars.",
      ],
      more: [
        "{a} also gets {q} dollars for good work.",
        "A customer gives {q} dollars more.",
        "{a} had saved {q} dollars before.",
      ],
      fewer: [
        "{a} pays {q} dollars for {thing}.",
        "Then {q} dollars are spent on {thing}.",
        "{a} buys {thing} for {q} dollars.",
      ],
      shared: [
        "The money is put into {q} equal parts.",
        "{a} puts the money into {q} jars in equal parts.",
        "All of it is divided equally among {q} people.",
      ],
    },
    question: [
      "How much money does {a} have now?",
      "How many dollars are left?",
      "How many dollars does {a} have in the end?",
    ],
    questionShared: [
      "How many dollars are in each part?",
      "How much money is one part?",
      "How many dollars is each share?",
    ],
    solution: {
      times: ["For the work {a} gets {sum} dollars.", "The hours are paid with {sum} dollars."],
      more: ["Together that is {sum} dollars.", "Then {a} has {sum} dollars."],
      fewer: ["After paying there are {sum} dollars.", "{a} has {sum} dollars left."],
      shared: ["Each part is {sum} dollars.", "One share is {sum} dollars."],
    },
    passesOn: false,
  },
  makers: {
    start: [
      "In the {place} of {a} {n} {items} are made a day.",
      "Every day {n} {items} are made in the {place}.",
      "{a} makes {n} {items} a day in the {place}.",
    ],
    moves: {
      times: ["The work goes on for {q} days.", "This is done on {q} days.", "After {q} days the work is over."],
      more: ["There were {q} {items} already.", "Another {place} sends {q} {items}.", "{a} adds {q} old {items}."],
      fewer: ["Of all of them {q} are broken.", "Then {q} {items} are sold.", "{a} keeps {q} of the {items} at home."],
      shared: [
        "They are packed into {q} equal {boxes}.",
        "{a} puts them into {q} {boxes} of the same size.",
        "All are sent away in {q} {boxes} with the same number in each.",
      ],
    },
    question: [
      "How many {items} are there in the end?",
      "How many {items} does {a} have then?",
      "What is the number of {items}?",
    ],
    questionShared: [
      "How many {items} are in each of the {boxes}?",
      "How many {items} does one of the {boxes} hold?",
      "What is the number of {items} in one of the {boxes}?",
    ],
    solution: {
      times: ["In these days {sum} {items} are made.", "The days give {sum} {items}."],
      more: ["With the others there are {sum} {items}.", "Then the {place} has {sum} {items}."],
      fewer: ["That leaves {sum} {items}.", "There are still {sum} {items}."],
      shared: ["Each holds {sum} {items}.", "In one of the {boxes} are {sum} {items}."],
    },
    passesOn: false,
  },
  compared: {
    start: ["{a} has {n} {items}.", "There are {n} {items} on the {place} of {a}.", "{a} counts {n} {items}."],
    moves: {
      times: [
        "{b} has {q} times as many {items} as {a}.",
        "For each of the {items} of {a} {b} has {q}.",
        "{b} has {q} times the number of {a}.",
      ],
      more: ["{b} has {q} more than {a}.", "{b} has as many as {a} and {q} more.", "{b} counts {q} more than {a}."],
      fewer: [
        "{b} has {q} fewer than {a}.",
        "{b} would need {q} more to have as many as {a}.",
        "{b} counts {q} fewer than {a}.",
      ],
    },
    question: [
      "How many {items} does {a} have?",
      "What is the number of {items} of {a}?",
      "How many {items} are those of {a}?",
    ],
    solution: {
      times: ["{b} has {sum} {items}.", "The number of {b} is {sum}."],
      more: ["{b} has {sum} {items}.", "For {b} that is {sum}."],
      fewer: ["{b} has only {sum} {items}.", "The number of {b} is {sum}."],
    },
    passesOn: true,
  },
} as const satisfies Readonly<Record<string, Family>>;

export type FamilyName = keyof typeof FAMILIES;

/** A family with the words of a setting. */
export interface Story {
  readonly family: FamilyName;
  readonly words: Readonly<Record<string, string>>;
}

const SETTINGS: Readonly<Record<FamilyName, readonly [keys: string, ...settings: string[]]>> = {
  packs: [
    ...([
      "boxes box items",
      "boxes box apples",
      "bags bag marbles",
      "crates crate bottles",
      "packs pack cards",
    ] as const),
    ...([
      "trays tray eggs",
      "tins tin biscuits",
      "jars jar sweets",
      "cases case pencils",
      "sacks sack potatoes",
    ] as const),
    "albums album stamps",
  ],
  wages: [
    ...(["job thing", "gardener shoes", "waiter lunch", "painter paint", "driver petrol", "tailor cloth"] as const),
    ...(["baker flour", "teacher books", "farmer seeds", "plumber tools", "singer tickets"] as const),
  ],
  makers: [
    ...(["place items boxes", "bakery loaves baskets", "workshop chairs vans", "factory lamps cartons"] as const),
    ...([
      "kitchen cakes tins",
      "mill bricks carts",
      "studio cups shelves",
      "garage toys chests",
      "dairy cheeses racks",
    ] as const),
    ...(["forge nails buckets", "press posters tubes"] as const),
  ],
  compared: [
    ...([
      "place items",
      "shelf novels",
      "desk coins",
      "farm sheep",
      "wall pictures",
      "pond ducks",
      "beach shells",
    ] as const),
    ...(["table dolls", "field goats", "roof pigeons", "lawn flowers"] as const),
  ],
};

/** All forty, in an order that may not change: a problem names its story by its place. */
export const STORIES: readonly Story[] = (Object.keys(SETTINGS) as FamilyName[]).flatMap((family) => {
  const [keys, ...settings] = SETTINGS[family];
  const names = keys.split(" ");
  return settings.map((setting): Story => {
    const words = setting.split(" ");
    return { family, words: Object.fromEntries(names.map((name, at) => [name, words[at] ?? ""])) };
  });
});

/** True of the story, and of no use. */
export const IRRELEVANT: Wordings = [
  "{a} is {q} years old.",
  "The house of {a} is {q} steps from the station.",
  "{a} was here {q} days ago too.",
];

/** How a solution tells a product that nothing rests on. */
export const USELESS = "By the way {sum} is a product.";

export const NAMES: readonly string[] = [
  ...["Ann", "Ben", "Cora", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jack", "Kim", "Leo"],
  ...["Mia", "Nils", "Olga", "Paul", "Rosa", "Sam", "Tina", "Vera"],
];

/** Fills the places of a sentence. */
export function filled(sentence: string, places: Readonly<Record<string, string | number>>): string {
  return sentence.replaceAll(/\{(\w+)\}/g, (_, place: string) => String(places[place]));
}
