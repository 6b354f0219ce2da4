/**
 * Commonest passwords that twelve characters would let through, in lower case. Short on purpose: the limits on tries do
 * the rest.
 */
export const commonPasswords: ReadonlySet<string> = new Set(
  `123456789012 1234567890123 12345678901234 123456789012345 1234567890123456 12345678901234567890 0123456789012
  012345678910 123456789101 1234567891011 123456123456 123123123123 123321123321 098765432109 987654321098 121212121212
  112233445566 111222333444 qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiopasdf qwertyuiopas qwertyqwerty
  qwerty123456 qwerty1234567 qwerty12345678 qwerty123456789 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1qaz2wsx3edc 1qaz2wsx3edc4rfv
  qazwsxedcrfv zaq12wsxcde3 q1w2e3r4t5y6 asdfghjkl123 asdfasdfasdf asdfghjklqwerty zxcvbnm12345 zxcvbnmasdfgh
  passwordpassword password1234 password12345 password123456 password123! password1234! passw0rd1234 p@ssw0rd1234
  p@ssword1234 password2024 password2025 password2026 mypassword123 mypassword1 adminadminadmin administrator
  administrator1 admin1234567 admin123456789 adminpassword rootrootroot changemechangeme changeme1234 changeme12345
  letmeinletmein letmein12345 welcome12345 welcome123456 welcomewelcome iloveyou1234 iloveyouiloveyou iloveyou12345
  abcdefghijkl abcdefghijklm abcdefghijklmnop abcdefghijklmnopqrstuvwxyz abcd12345678 abc123abc123 abcabcabcabc
  a1b2c3d4e5f6 correcthorsebatterystaple trustno1trustno1 monkeymonkey dragondragon footballfootball baseball1234
  superman1234 princess1234 sunshine1234 football1234 liverpool123 manchester1 unknownunknown testtesttest test12345678
  testpassword secretsecret secretpassword supersecret1 defaultdefault default12345 forgepassforgepass forgepass123`
    .split(/\s+/)
    .filter(Boolean),
);
