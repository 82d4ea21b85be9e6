/** @file The worker process of a study. */
import { serveJobs } from "../worker-pool.ts";
import { STUDY_WORKS } from "./works.ts";

serveJobs(STUDY_WORKS);
