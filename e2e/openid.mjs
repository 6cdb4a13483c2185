// A certified provider of OpenID Connect on this machine, for the journeys: who it vouches for, its keys and
// whether it answers at all are the journey's to say.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

/** The secret that it knows the site by; `cargo xtask test` writes the same into a file. */
export const secret = "only a rehearsal of two sides 2026";

/** A new key, as the provider takes it. */
export function key(kid) {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "RS256" };
}

const page = (title, inner) =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><main><h1>${title}</h1>${inner}</main></body></html>`;

/**
 * Starts the provider at an issuer on this machine. `people` are its accounts: the claims of each, and `amr`
 * of how they prove who they are. Gives what stops it.
 */
export async function provide({ issuer, site, people, keys }) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "gongxin",
        client_secret: secret,
        redirect_uris: [`${site}/sign-in/return/region`],
        post_logout_redirect_uris: [`${site}/sign-in`],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    jwks: { keys },
    cookies: { keys: ["only a rehearsal"] },
    scopes: ["openid", "credit"],
    claims: { openid: ["sub", "amr", "acr"], credit: ["uscc", "org"] },
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = page("Sign out", `${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`);
        },
      },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id]?.claims }) }),
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope("openid credit");
      await grant.save();
      return grant;
    },
  });
  const answer = provider.callback();
  const server = createServer((request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    return interact(provider, people, request, response).catch((error) => {
      response.writeHead(500).end(String(error));
    });
  });
  await new Promise((resolve) => server.listen(Number(new URL(issuer).port), "127.0.0.1", resolve));
  return () =>
    new Promise((resolve) => {
      server.closeAllConnections();
      server.close(resolve);
    });
}

/** Asks who is there, and takes whom they say; refuses where they say so. */
async function interact(provider, people, request, response) {
  if (request.method === "GET") {
    const { params } = await provider.interactionDetails(request, response);
    const choice = (id) => `<button name="who" value="${id}">${id}</button>`;
    const buttons = [...Object.keys(people), "nobody"].map(choice).join(" ");
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page(`Sign in to ${params.client_id}`, `<form method="post">${buttons}</form>`));
    return;
  }
  let body = "";
  for await (const piece of request) body += piece;
  const who = new URLSearchParams(body).get("who");
  const result =
    who === "nobody"
      ? { error: "access_denied" }
      : { login: { accountId: who, amr: people[who].amr, remember: false } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}
