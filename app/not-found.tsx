import { MapPinOff } from "lucide-react";
import type { Metadata } from "next";
import { LinkButton } from "@/components/button";
import { Message } from "@/components/message";

export const metadata: Metadata = { title: "Not found" };

/** Also what people get who may not see a thing: it does not tell the two apart. */
export default function NotFound() {
  return (
    <Message
      icon={<MapPinOff aria-hidden />}
      title="There is nothing here for you"
      actions={
        <LinkButton variant="primary" href="/">
          Go home
        </LinkButton>
      }
    >
      The address may be mistyped, what it named may have been removed, or it may belong to someone else. Ask whoever
      gave you the link, or start from home.
    </Message>
  );
}
