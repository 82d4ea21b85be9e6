/** @file The 240 runs on which the Chinchilla law was fitted anew, read from the data beside the checkout. */
import { readFileSync } from "node:fs";

export interface ChinchillaRun {
  /** parameters */
  modelSize: number;
  /** tokens, from the training compute C = 6 N D */
  dataSize: number;
  loss: number;
}

/**
 * The runs read off the paper's figure, without the five of the highest loss, which that analysis leaves out: they are the
 * first, mostly under-trained ones, and lie far above any law of this form.
 *
 * @source Besiroglu, Erdil, Barnett & You 2024, arXiv:2404.10102, section 3
 */
export function readChinchillaRuns(folder: string): ChinchillaRun[] {
  const [header = "", ...lines] = readFileSync(`${folder}/svg_extracted_data.csv`, "utf8").trim().split(/\r?\n/);
  const column = (name: string): number => header.split(",").indexOf(name);
  const [model, compute, loss] = [column("Model Size"), column("Training FLOP"), column("loss")];
  const runs = lines.map((line) => {
    const cells = line.split(",").map(Number);
    const modelSize = cells[model] as number;
    return { modelSize, dataSize: (cells[compute] as number) / (6 * modelSize), loss: cells[loss] as number };
  });
  return runs.sort((one, other) => other.loss - one.loss).slice(5);
}
