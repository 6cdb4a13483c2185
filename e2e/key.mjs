// Prints a key of the API, made as its holder makes it: signs in to the portal at GONGXIN_URL as an account of
// `gongxin rehearsal accounts`, and makes it in the console. Usage: node key.mjs LOGIN ACTION…

const base = process.env.GONGXIN_URL;
const [login, ...actions] = process.argv.slice(2);

async function sent(path, fields, cookie) {
  const answer = await fetch(base + path, {
    method: "POST",
    redirect: "manual",
    headers: { "content-type": "application/x-www-form-urlencoded", cookie },
    body: new URLSearchParams(fields),
  });
  if (answer.status >= 400) throw new Error(`${path} answered ${answer.status}`);
  return answer;
}

const password = "only a rehearsal 2026";
const entered = await sent("/sign-in", [["login", login], ["password", password]], "");
const cookie = entered.headers.get("set-cookie").split(";")[0];
const page = await (await fetch(`${base}/console/account`, { headers: { cookie } })).text();
const word = page.match(/name="word" value="([^"]+)"/)[1];
const fields = [["word", word], ["name", "schemathesis"], ["days", "1"], ...actions.map((action) => ["action", action])];
const made = await (await sent("/console/account/keys", fields, cookie)).text();
console.log(made.match(/gongxin_[0-9a-z]+/)[0]);
