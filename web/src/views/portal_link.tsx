// A resource's way into the portal, in a tab of its own that learns nothing of this one.
import type { VNode } from "preact";
import { visible } from "../markdown/plain";
import { Icon } from "../ui/icons";

export function PortalLink({ href, name }: { readonly href: string; readonly name: string }): VNode {
  return (
    <a class="portal" href={href} target="_blank" rel="noopener noreferrer" title="Open in the Azure portal">
      <Icon name="out" />
      <span class="hidden">Open {visible(name)} in the Azure portal</span>
    </a>
  );
}
