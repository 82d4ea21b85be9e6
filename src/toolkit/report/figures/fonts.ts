/** @file The font of every picture: Arimo, which comes with the package and has Arial's widths, so no machine's fonts matter. */
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** Font options of resvg: the three faces that figures use, and nothing of the machine's. */
export function fontOptions() {
  return {
    fontFiles: [
      require.resolve("@expo-google-fonts/arimo/400Regular/Arimo_400Regular.ttf"),
      require.resolve("@expo-google-fonts/arimo/400Regular_Italic/Arimo_400Regular_Italic.ttf"),
      require.resolve("@expo-google-fonts/arimo/700Bold/Arimo_700Bold.ttf"),
    ],
    loadSystemFonts: false,
    defaultFontFamily: "Arimo",
    sansSerifFamily: "Arimo",
    monospaceFamily: "Arimo",
    serifFamily: "Arimo",
  };
}
