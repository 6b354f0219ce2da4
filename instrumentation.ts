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
  log().error(
    { ...describeError(error), digest, method, path: path.split("?")[0], routePath, routeType },
    "request failed",
  );
};
