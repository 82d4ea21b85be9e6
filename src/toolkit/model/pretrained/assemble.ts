/** @file The parameters of our transformer put together from the tensors of a published checkpoint, one after another. */
import { wrong } from "../../core/argument-checks.ts";
import { isSpec } from "../../tensor/graph.ts";
import type { Spec } from "../../tensor/index.ts";
import { sizeOf } from "../../tensor/spec.ts";
import { flattenTree, rebuildTree } from "../../tensor/tree.ts";
import { CheckpointError } from "../checkpoint.ts";
import type { TransformerConfig } from "../config.ts";
import { parameterCount, parameterSpecs, type TransformerParameters } from "../parameters.ts";
import type { TensorSource } from "./architecture.ts";
import type { ReadTensor } from "./safetensors-file.ts";

/** Beside the parameters there is one tensor, as the file has it and widened. */
const MEMORY_FACTOR = 1.3;

/** @param bytes that may be used; default: what the system says is available @throws RangeError with how much the model needs */
export function requireMemory(caller: string, config: TransformerConfig, bytes = process.availableMemory()): void {
  const needed = MEMORY_FACTOR * 4 * parameterCount(config);
  if (needed <= bytes) return;
  throw wrong(caller, `${megabytes(needed)} of memory for ${parameterCount(config)} parameters`, megabytes(bytes));
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`;
}

/**
 * Beside the parameters no more than one tensor is in memory.
 *
 * @param sourceOf where a parameter stands, by our name of it
 * @throws CheckpointError for a tensor that is missing, damaged or of the wrong size
 */
export async function assembleParameters(
  checkpoint: PublishedCheckpoint,
  config: TransformerConfig,
  sourceOf: (name: string) => TensorSource,
): Promise<TransformerParameters<Float32Array>> {
  const specs = parameterSpecs(config);
  const leaves: Float32Array[] = [];
  for (const { name, leaf } of flattenTree(specs, isSpec)) {
    leaves.push(await assemble(checkpoint, name, leaf, sourceOf(name)));
  }
  return rebuildTree(specs, isSpec, leaves);
}

/** The tensors of a published checkpoint, in however many files. */
export interface PublishedCheckpoint {
  readonly folder: string;
  has(name: string): boolean;
  tensor(name: string): Promise<ReadTensor>;
  close(): Promise<void>;
}

/** The numbers of one parameter: its tensors side by side, rows by columns as ours are. */
async function assemble(
  checkpoint: PublishedCheckpoint,
  name: string,
  { shape }: Spec,
  { names, transposed = false, orZeros = false }: TensorSource,
): Promise<Float32Array> {
  if (orZeros && names.every((own) => !checkpoint.has(own))) return new Float32Array(sizeOf(shape));
  const [only, ...others] = names;
  if (only !== undefined && others.length === 0 && !transposed) {
    const tensor = await checkpoint.tensor(only);
    if (tensor.shape.length === shape.length && tensor.shape.every((size, at) => size === shape[at]))
      return tensor.data;
  }
  const whole = new Float32Array(sizeOf(shape));
  const width = shape.at(-1) as number;
  const rows = sizeOf(shape) / width;
  let column = 0;
  for (const own of names) {
    const tensor = await checkpoint.tensor(own);
    const columns = columnsOf(tensor, shape, transposed, name === "positions");
    if (columns === undefined || column + columns > width) throw wrongSize(checkpoint, own, tensor, name, shape);
    place(whole, tensor.data, { rows, width, column, columns, transposed });
    column += columns;
  }
  if (column !== width)
    throw new CheckpointError(
      checkpoint.folder,
      "wrong size",
      `${names.join(", ")}: ${column} columns together, expected ${width} for ${name}`,
    );
  return whole;
}

/** How many columns of a parameter a tensor fills; undefined when it has other rows. */
function columnsOf(
  { shape: own }: ReadTensor,
  shape: readonly number[],
  transposed: boolean,
  mayHaveMoreRows: boolean,
): number | undefined {
  if (own.length !== shape.length) return undefined;
  if (own.length === 1) return own[0];
  const [rows, columns] = (transposed ? [own[1], own[0]] : own) as [number, number];
  const fits = rows === shape[0] || (mayHaveMoreRows && rows > (shape[0] as number));
  return fits ? columns : undefined;
}

function place(
  whole: Float32Array,
  own: Float32Array,
  at: { rows: number; width: number; column: number; columns: number; transposed: boolean },
): void {
  const { rows, width, column, columns, transposed } = at;
  for (let row = 0; row < rows; row++) {
    for (let each = 0; each < columns; each++) {
      whole[row * width + column + each] = own[transposed ? each * rows + row : row * columns + each] as number;
    }
  }
}

function wrongSize(
  { folder }: PublishedCheckpoint,
  own: string,
  tensor: ReadTensor,
  name: string,
  shape: readonly number[],
): CheckpointError {
  const what = `tensor ${own} has shape [${tensor.shape.join(", ")}], which does not fit ${name} of [${shape.join(", ")}]`;
  return new CheckpointError(folder, "wrong size", what);
}
