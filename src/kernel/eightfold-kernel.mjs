#!/usr/bin/env node
/** @file The command `eightfold-kernel`, in JavaScript: npm links a command as it installs, and leaves out one that is not built yet. */
import "./dist/install/cli.js";
