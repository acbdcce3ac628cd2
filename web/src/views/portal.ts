// Links into the Azure portal. The service makes them, by code, for resources that have a page
// there; only those that lead to a portal of an Azure cloud are shown.
import type { View } from "../protocol";

const PORTALS: ReadonlySet<string> = new Set(["portal.azure.com", "portal.azure.us", "portal.azure.cn"]);

/** Where resources open in the portal, by their ARM ids. */
export type PortalLinks = ReadonlyMap<string, string>;

/** The link where it is https and leads to a portal; none otherwise. */
export function portalLink(url: unknown): string | null {
  if (typeof url !== "string" || url.length > 4_096) return null;
  try {
    const target = new URL(url);
    const safe = target.protocol === "https:" && PORTALS.has(target.host) && target.username === "" && target.password === "";
    return safe ? target.href : null;
  } catch {
    return null;
  }
}

/** The links in the views of a call. */
export function portalLinks(views: readonly View[]): PortalLinks {
  const links = new Map<string, string>();
  const add = (id: unknown, url: unknown): void => {
    const link = portalLink(url);
    if (typeof id === "string" && link !== null) links.set(id, link);
  };
  for (const view of views) {
    if (view.kind === "timeline") for (const entry of view.entries) add(field(entry, "resourceId"), field(entry, "portalUrl"));
    if (view.kind !== "table") continue;
    view.columns.forEach((column, place) => {
      const urls = field(column, "portalUrls");
      if (Array.isArray(urls)) urls.forEach((url, row) => add(view.rows[row]?.[place], url));
    });
  }
  return links;
}

// Services before the one that makes links have no such field.
const field = (value: object, name: string): unknown => (value as Readonly<Record<string, unknown>>)[name];
