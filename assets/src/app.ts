// The interface works without this script. It only saves page loads, and what was typed when the network fails.
import { announceFlash, focusFirst } from "./status";
import { enhanceForms } from "./enhance";
import { enhancePreferences } from "./preferences";
import { unfoldOnPaper } from "./print";

enhanceForms();
enhancePreferences();
unfoldOnPaper();
focusFirst();
announceFlash();
