"use client";
/*
 * Short words about what just happened, at the foot of the window, read out politely. For good news and passing
 * trouble only: what needs an answer belongs in the page.
 */
import { CircleAlert, CircleCheck, X } from "lucide-react";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";

type Toast = { id: number; text: string; tone: "ok" | "bad" };
const ToastContext = createContext<(text: string, tone?: "ok" | "bad") => void>(() => {});
const shownMs = 6000;

/** `const toast = useToast(); toast("Token stored")`. */
export function useToast() {
  return useContext(ToastContext);
}

/** Once around everything, in the root layout. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<Toast[]>([]);
  const count = useRef(0);
  const show = useCallback((text: string, tone: "ok" | "bad" = "ok") => {
    count.current += 1;
    const toast = { id: count.current, text, tone };
    setToasts((all) => [...all.slice(-2), toast]);
  }, []);
  const drop = useCallback((id: number) => setToasts((all) => all.filter((toast) => toast.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      <div
        role="status"
        aria-live="polite"
        className="pointer-events-none fixed inset-x-4 bottom-4 z-50 flex flex-col items-center gap-2"
      >
        {toasts.map((toast) => (
          <ToastLine key={toast.id} toast={toast} onDrop={drop} />
        ))}
      </div>
    </ToastContext>
  );
}

function ToastLine({ toast, onDrop }: { toast: Toast; onDrop: (id: number) => void }) {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(() => onDrop(toast.id), shownMs);
    return () => clearTimeout(timer);
  }, [isHeld, onDrop, toast.id]);
  const Icon = toast.tone === "ok" ? CircleCheck : CircleAlert;
  return (
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      className="bg-ink text-on-ink shadow-float animate-rise pointer-events-auto flex max-w-md items-center gap-2.5 rounded-md py-2 pr-2 pl-3.5"
    >
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0">{toast.text}</span>
      <button
        type="button"
        aria-label="Dismiss"
        onClick={() => onDrop(toast.id)}
        className="flex size-7 shrink-0 items-center justify-center rounded-sm opacity-75 hover:opacity-100"
      >
        <X aria-hidden className="size-4" />
      </button>
    </div>
  );
}
