/** "@alice"; a login that is an e-mail address stays what it is. */
export function accountName(login: string): string {
  return login.includes("@") ? login : `@${login}`;
}
