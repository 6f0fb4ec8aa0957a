// Dragging cards, and Alt with the arrows for those who don't drag. The Move button is the third way.

import { combine } from "@atlaskit/pragmatic-drag-and-drop/combine";
import { draggable, dropTargetForElements, monitorForElements } from "@atlaskit/pragmatic-drag-and-drop/element/adapter";
import type { Attachment } from "svelte/attachments";
import type { Board } from "./board.svelte";
import { landing, type Of, type Spot } from "./landing";

const narrow = (): boolean => matchMedia("(max-width: 760px)").matches;

/** Whether the pointer is past the middle of the card: down, or along the row for steps laid side by side. */
function past(element: Element, of: Of, x: number, y: number): boolean {
  const box = element.getBoundingClientRect();
  return of === "step" && !narrow() ? x > box.left + box.width / 2 : y > box.top + box.height / 2;
}

/** A card one can pick up, and lay another card beside. */
export function cardOf(of: Of, id: string, movable: () => boolean): Attachment<HTMLElement> {
  return (element) => {
    const mark = (side: "" | "before" | "after"): void => {
      if (side) element.dataset["over"] = side;
      else delete element.dataset["over"];
    };
    return combine(
      draggable({
        element,
        canDrag: movable,
        getInitialData: () => ({ of, id }),
        onGenerateDragPreview: () => element.classList.add("picked"),
        onDragStart: () => element.classList.add("lifted"),
        onDrop: () => element.classList.remove("picked", "lifted"),
      }),
      dropTargetForElements({
        element,
        canDrop: ({ source }) => source.data["id"] !== id && (of === "step" || source.data["of"] === "idea"),
        getData: ({ input }): Record<string, unknown> => ({ of, id, later: past(element, of, input.clientX, input.clientY) }),
        onDrag: ({ self, source }) => mark(source.data["of"] === "idea" && of === "step" ? "after" : self.data["later"] ? "after" : "before"),
        onDragLeave: () => mark(""),
        onDrop: () => mark(""),
      }),
    );
  };
}

/** A gap one can lay a neon card into, at its end. */
export function gapTarget(step: string | null): Attachment<HTMLElement> {
  return (element) => {
    const mark = (over: boolean): void => {
      element.classList.toggle("over", over);
    };
    return dropTargetForElements({
      element,
      canDrop: ({ source }) => source.data["of"] === "idea",
      getData: () => ({ of: "gap", step }),
      onDragEnter: () => mark(true),
      onDragLeave: () => mark(false),
      onDrop: () => mark(false),
    });
  };
}

/** Lays what was dropped where it was let go. Gives back how to stop. */
export function carry(board: Board): () => void {
  return monitorForElements({
    onDrop: ({ source, location }) => {
      const spot = location.current.dropTargets[0]?.data as Spot | undefined;
      if (!spot) return;
      const id = source.data["id"] as string;
      const place = landing(board.doc, source.data["of"] as Of, id, spot);
      if (place) board.move(id, place);
    },
  });
}

/** Alt with an arrow on a card. Up and down: a place; left and right: a gap, or a place along the row for a step. */
export function shortcut(board: Board, event: KeyboardEvent, id: string): void {
  if (!event.altKey || event.ctrlKey || event.metaKey || !event.key.startsWith("Arrow") || !board.may.move || board.draft) return;
  event.preventDefault();
  const later = event.key === "ArrowDown" || event.key === "ArrowRight";
  if (event.key === "ArrowUp" || event.key === "ArrowDown") board.shift(id, later);
  else board.shiftGap(id, later);
}
