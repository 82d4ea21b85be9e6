/** @file The font of every picture: Arimo, which comes with the package and has Arial's widths, so no machine's fonts matter. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const faces = [
  "400Regular/Arimo_400Regular.ttf",
  "400Regular_Italic/Arimo_400Regular_Italic.ttf",
  "700Bold/Arimo_700Bold.ttf",
];

/** Font options of resvg: the three faces that figures use, and nothing of the machine's. */
export function fontOptions() {
  return {
    fontFiles: faces.map((face) => require.resolve(`@expo-google-fonts/arimo/${face}`)),
    loadSystemFonts: false,
    defaultFontFamily: "Arimo",
    sansSerifFamily: "Arimo",
    monospaceFamily: "Arimo",
    serifFamily: "Arimo",
  };
}
