import type { Scope } from "../adapter";

/**
 * Gerrit's global capabilities, which an account has through its groups (Documentation/access-control.txt). A password
 * or token is never less than its account. What it may do in a project is not here: the project's own rules say that.
 * Implications from DefaultPermissionBackend, which asks these others too before it says no.
 */
const maintained = ["flushCaches", "killTask", "runGC", "viewCaches", "viewQueue"];
const administered = [
  "createAccount",
  "createGroup",
  "createProject",
  "maintainServer",
  "modifyAccount",
  "readAs",
  "streamEvents",
  "viewAllAccounts",
  "viewConnections",
  "viewPlugins",
  "viewAccess",
];

type Row = [id: string, risk: Scope["risk"], meaning: string, danger?: string, implied?: readonly string[]];

const rows: readonly Row[] = [
  [
    "administrateServer",
    "admin",
    "Administer the whole server",
    "Give itself any right on any project, and read and change all code.",
    administered,
  ],
  [
    "maintainServer",
    "admin",
    "Maintain the server: flush caches, reindex, stop tasks",
    "Stop other people's tasks and slow the server down.",
    maintained,
  ],
  ["accessDatabase", "admin", "See the data that reviews are kept in", "Read every review, private ones too."],
  ["runAs", "admin", "Act as any other account", "Do anything in anybody's name, administrators' included."],
  ["readAs", "admin", "See what any other account may read", "Find out who may see which code."],
  [
    "modifyAccount",
    "admin",
    "Change other people's accounts",
    "Add its own SSH key or token to another account, and become it.",
  ],
  ["createAccount", "admin", "Create accounts", "Make accounts that stay when this credential is gone."],
  ["createGroup", "write", "Create groups", "Make groups that look like others."],
  ["createProject", "write", "Create projects", "Make projects, and own them."],
  [
    "administrateVerifiers",
    "admin",
    "Administer the checks of changes",
    "Switch off checks that changes have to pass.",
  ],
  ["flushCaches", "write", "Flush caches", "Slow the server down."],
  ["killTask", "write", "Stop tasks of the server", "Stop replication and other people's work."],
  ["runGC", "write", "Collect garbage in repositories", "Slow the server down."],
  ["emailReviewers", "read", "Have e-mail sent to reviewers and watchers"],
  ["streamEvents", "read", "Follow all events of the server as they happen"],
  ["viewAccess", "read", "Ask what any account may do in a project"],
  ["viewAllAccounts", "read", "See all accounts"],
  ["viewCaches", "read", "See the state of the caches"],
  ["viewConnections", "read", "See open SSH connections"],
  ["viewPlugins", "read", "See the installed plugins"],
  ["viewQueue", "read", "See all waiting tasks"],
  ["queryLimit", "read", "A limit of its own on the length of search results"],
  ["batchChangesLimit", "read", "A limit of its own on the changes in one push"],
  ["priority", "read", "A queue of its own for its tasks"],
];

export const gerritScopes: readonly Scope[] = rows.map(([id, risk, meaning, danger, implied = []]) => ({
  id,
  meaning,
  risk,
  ...(danger !== undefined && { danger }),
  implies: implied.map((scope) => ({ scope })),
}));
