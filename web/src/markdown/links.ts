// Which links may be followed, and what is shown of where they lead.

export interface SafeLink {
  readonly href: string;
  /** The host, in ASCII where its letters could be mistaken. */
  readonly host: string;
}

/** The link where it is http, https or mailto and absolute; none otherwise. */
export function safeLink(href: string): SafeLink | null {
  const url = URL.parse ? URL.parse(href) : parse(href);
  if (!url) return null;
  switch (url.protocol) {
    case "http:":
    case "https:":
      return url.username === "" && url.password === "" ? { href: url.href, host: url.host } : null;
    case "mailto:":
      return { href: url.href, host: url.pathname };
    default:
      return null;
  }
}

/** Whether the text of a link already says where it leads, letter for letter: look-alikes do not. */
export function saysHost(text: string, link: SafeLink): boolean {
  const shown = safeLink(text) ?? safeLink(`https://${text}`) ?? safeLink(`mailto:${text}`);
  return shown?.host === link.host && text.toLowerCase().includes(link.host.toLowerCase());
}

function parse(href: string): URL | null {
  try {
    return new URL(href);
  } catch {
    return null;
  }
}
