import { redirect } from "next/navigation";
import { startPage } from "@/lib/safe-path";

export default function HomePage() {
  redirect(startPage);
}
