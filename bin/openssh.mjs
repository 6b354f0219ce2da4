/**
 * An OpenSSH server for the tests of git over SSH: the one that is there, else from the system's packages. The tests run
 * it themselves, a process for each connection.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { Refusal } from "./refusal.mjs";

const usual = ["/usr/sbin/sshd", "/usr/local/sbin/sshd", "/opt/homebrew/sbin/sshd"];

/** Path of its program. Throws a Refusal when there is none and none can be installed. */
export function findSshd() {
  const present = () => usual.find((path) => existsSync(path));
  if (present()) return present();
  console.log("Installing an OpenSSH server for the tests.");
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    execute("apt-get", ["update", "-q"]);
    execute("apt-get", ["install", "-q", "-y", "--no-install-recommends", "openssh-server"]);
    if (present()) return present();
  }
  throw new Refusal(
    "The tests need an OpenSSH server, and it could not be installed. Install it (on Debian: apt-get install openssh-server).",
    1,
  );
}

function execute(command, args) {
  spawnSync(command, args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
}
