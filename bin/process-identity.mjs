/**
 * Tells whether a process noted earlier is still that process: a number alone is reused after a reboot or a crash,
 * and in containers almost always.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** One line naming the process, different for every process that ever gets this number; null when there is none. */
export function identify(pid) {
  if (process.platform === "linux") {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (fields[0] === "Z" || fields[0] === "X") return null;
      return `${pid} ${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${fields[19]}`;
    } catch {
      return null;
    }
  }
  try {
    const started = execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
    return started ? `${pid} ${started}` : null;
  } catch {
    return null;
  }
}

/** The process's command line, or "" when it is gone or cannot be read. */
export function commandLine(pid) {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
