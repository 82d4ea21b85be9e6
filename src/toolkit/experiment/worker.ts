/** @file The process of a worker pool, for any study: does the jobs that it is sent, and ends when its parent does. */
import { doJob, type Job } from "./job.ts";

const [works = "", threads = "1"] = process.argv.slice(2);

process.on("disconnect", () => process.exit());
process.on("message", async (job: Job) => {
  process.send?.(await doJob(works, job, Number(threads)));
});
