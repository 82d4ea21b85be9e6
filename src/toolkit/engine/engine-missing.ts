/** @file The error for an engine that was asked for and is not there. */

/** An engine, or a provider of it, is not installed or finds no device: the message says what to do. */
export class EngineMissing extends Error {
  override readonly name = "EngineMissing";
}
