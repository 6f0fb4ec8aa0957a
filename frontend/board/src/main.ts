// The lists that the server wrote stay until the live board has answered, and for good when it never does.

import "./board.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { board } from "./board.svelte";
import { config } from "./config";
import { learn } from "./words";

learn(config.words);
const here = document.getElementById("board");
if (here) {
  mount(App, { target: here.parentElement!, anchor: here, props: { lists: here } });
  board.start();
}
