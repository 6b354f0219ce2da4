import type { Instrumentation } from "next";

/* What Next caught while it answered: logged by name, code and digest (the reference that the error page shows). */
export const onRequestError: Instrumentation.onRequestError = async (
  error,
  { path, method },
  { routePath, routeType },
) => {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { describeError, log } = await import("./lib/log");
  const digest = error instanceof Error && "digest" in error ? String(error.digest) : null;
  // A calendar link's path is its secret.
  const loggable = /^\/+calendar\//i.test(path) ? routePath : path.split("?")[0];
  log().error({ ...describeError(error), digest, method, path: loggable, routePath, routeType }, "request failed");
};
