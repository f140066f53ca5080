// Begins. StrictMode mounts everything twice in development, and so shows that nothing stays open.

import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import "./style.css";

createRoot(document.querySelector("#app") as Element).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
