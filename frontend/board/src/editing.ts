// A card's form: Enter or leaving it keeps what was written, Escape leaves the card as it was.

import type { Attachment } from "svelte/attachments";
import type { Board } from "./board.svelte";

export function editing(board: Board, id: string): Attachment<HTMLFormElement> {
  return (form) => {
    const keep = (): void => {
      board.keep();
      void board.focus(`words-${id}`);
    };
    const leave = (): void => {
      board.leave();
      void board.focus(`words-${id}`);
    };
    const key = (event: KeyboardEvent): void => {
      const area = event.target instanceof HTMLTextAreaElement;
      if (event.key === "Escape") {
        event.stopPropagation();
        leave();
      } else if (event.key === "Enter" && area && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        keep();
      }
    };
    const submit = (event: SubmitEvent): void => {
      event.preventDefault();
      keep();
    };
    const click = (event: MouseEvent): void => {
      if ((event.target as Element).closest("[data-leave]")) leave();
    };
    // Going on to another card keeps this one; a moved card's form is made anew, which is no leaving.
    const out = (event: FocusEvent): void => {
      const to = event.relatedTarget as Element | null;
      if (to && !to.closest("dialog") && !to.closest(`[data-card="${id}"]`)) board.keep();
    };
    const away = (event: PointerEvent): void => {
      const to = event.target as Element;
      if (!to.closest(`[data-card="${id}"]`) && !to.closest("dialog")) board.keep();
    };
    form.addEventListener("keydown", key);
    form.addEventListener("submit", submit);
    form.addEventListener("click", click);
    form.addEventListener("focusout", out);
    document.addEventListener("pointerdown", away);
    return () => {
      form.removeEventListener("keydown", key);
      form.removeEventListener("submit", submit);
      form.removeEventListener("click", click);
      form.removeEventListener("focusout", out);
      document.removeEventListener("pointerdown", away);
    };
  };
}
