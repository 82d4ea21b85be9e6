/** @file The worker process of the star graph's study. */
import { serveJobs } from "../worker-pool.ts";
import { STAR_WORKS } from "./star-works.ts";

serveJobs(STAR_WORKS);
