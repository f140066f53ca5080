// How a page of Chromium's is hidden: another tab comes to the front. (Playwright keeps every page visible, so the page
// is one of Puppeteer's.)

export async function hideBehindAnotherTab(page) {
  const other = await page.browser().newPage();
  await other.bringToFront();
}
