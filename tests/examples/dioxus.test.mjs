// The Dioxus example, by what all examples do.

import { testExample } from "./suite.mjs";

testExample("dioxus");
