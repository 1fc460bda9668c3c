// The files of the pages, embedded by the compiler, so that the executable needs no folder beside it.
// A new file needs three lines here: its bytes and its row in the table.

#pragma clang diagnostic ignored "-Wc23-extensions"

#include "WebAssets.h"

static const unsigned char dashboard_index_html[] = {
#embed "dashboard/index.html"
};
static const unsigned char chat_index_html[] = {
#embed "chat/index.html"
};
static const unsigned char demo_index_html[] = {
#embed "demo/index.html"
};
static const unsigned char shared_header_html[] = {
#embed "shared/header.html"
};
static const unsigned char shared_icon_svg[] = {
#embed "shared/icon.svg"
};
static const unsigned char shared_base_css[] = {
#embed "shared/base.css"
};
static const unsigned char shared_theme_js[] = {
#embed "shared/theme.js"
};
static const unsigned char shared_dom_js[] = {
#embed "shared/dom.js"
};
static const unsigned char shared_format_js[] = {
#embed "shared/format.js"
};
static const unsigned char shared_api_js[] = {
#embed "shared/api.js"
};
static const unsigned char shared_storage_js[] = {
#embed "shared/storage.js"
};
static const unsigned char shared_reader_js[] = {
#embed "shared/reader.js"
};
static const unsigned char shared_events_js[] = {
#embed "shared/events.js"
};
static const unsigned char shared_shell_js[] = {
#embed "shared/shell.js"
};
static const unsigned char shared_messages_js[] = {
#embed "shared/messages.js"
};
static const unsigned char shared_held_js[] = {
#embed "shared/held.js"
};
static const unsigned char shared_asking_js[] = {
#embed "shared/asking.js"
};
static const unsigned char dashboard_dashboard_css[] = {
#embed "dashboard/dashboard.css"
};
static const unsigned char dashboard_dashboard_js[] = {
#embed "dashboard/dashboard.js"
};
static const unsigned char dashboard_chart_js[] = {
#embed "dashboard/chart.js"
};
static const unsigned char dashboard_panels_js[] = {
#embed "dashboard/panels.js"
};
static const unsigned char chat_chat_css[] = {
#embed "chat/chat.css"
};
static const unsigned char chat_chat_js[] = {
#embed "chat/chat.js"
};
static const unsigned char demo_demo_css[] = {
#embed "demo/demo.css"
};
static const unsigned char demo_demo_js[] = {
#embed "demo/demo.js"
};
static const unsigned char shared_markdown_js[] = {
#embed "shared/markdown.js"
};
static const unsigned char dashboard_cores_js[] = {
#embed "dashboard/cores.js"
};
static const unsigned char dashboard_filesystems_js[] = {
#embed "dashboard/filesystems.js"
};
static const unsigned char demo_encryption_js[] = {
#embed "demo/encryption.js"
};
static const unsigned char login_index_html[] = {
#embed "login/index.html"
};
static const unsigned char login_login_css[] = {
#embed "login/login.css"
};
static const unsigned char login_login_js[] = {
#embed "login/login.js"
};

#define HTML "text/html; charset=utf-8"
#define CSS "text/css; charset=utf-8"
#define JAVASCRIPT "text/javascript; charset=utf-8"
#define SVG "image/svg+xml"
#define ASSET(path, mediaType, name) { path, mediaType, name, sizeof name }

static const WebAsset assets[] = {
    ASSET("/", HTML, dashboard_index_html),
    ASSET("/chat", HTML, chat_index_html),
    ASSET("/demo", HTML, demo_index_html),
    ASSET("/login", HTML, login_index_html),
    ASSET("/favicon.svg", SVG, shared_icon_svg),
    ASSET("/assets/shared/base.css", CSS, shared_base_css),
    ASSET("/assets/shared/theme.js", JAVASCRIPT, shared_theme_js),
    ASSET("/assets/shared/dom.js", JAVASCRIPT, shared_dom_js),
    ASSET("/assets/shared/format.js", JAVASCRIPT, shared_format_js),
    ASSET("/assets/shared/api.js", JAVASCRIPT, shared_api_js),
    ASSET("/assets/shared/storage.js", JAVASCRIPT, shared_storage_js),
    ASSET("/assets/shared/reader.js", JAVASCRIPT, shared_reader_js),
    ASSET("/assets/shared/events.js", JAVASCRIPT, shared_events_js),
    ASSET("/assets/shared/shell.js", JAVASCRIPT, shared_shell_js),
    ASSET("/assets/shared/messages.js", JAVASCRIPT, shared_messages_js),
    ASSET("/assets/shared/markdown.js", JAVASCRIPT, shared_markdown_js),
    ASSET("/assets/shared/asking.js", JAVASCRIPT, shared_asking_js),
    ASSET("/assets/shared/held.js", JAVASCRIPT, shared_held_js),
    ASSET("/assets/dashboard/dashboard.css", CSS, dashboard_dashboard_css),
    ASSET("/assets/dashboard/dashboard.js", JAVASCRIPT, dashboard_dashboard_js),
    ASSET("/assets/dashboard/chart.js", JAVASCRIPT, dashboard_chart_js),
    ASSET("/assets/dashboard/cores.js", JAVASCRIPT, dashboard_cores_js),
    ASSET("/assets/dashboard/filesystems.js", JAVASCRIPT, dashboard_filesystems_js),
    ASSET("/assets/dashboard/panels.js", JAVASCRIPT, dashboard_panels_js),
    ASSET("/assets/chat/chat.css", CSS, chat_chat_css),
    ASSET("/assets/chat/chat.js", JAVASCRIPT, chat_chat_js),
    ASSET("/assets/demo/demo.css", CSS, demo_demo_css),
    ASSET("/assets/demo/demo.js", JAVASCRIPT, demo_demo_js),
    ASSET("/assets/demo/encryption.js", JAVASCRIPT, demo_encryption_js),
    ASSET("/assets/login/login.css", CSS, login_login_css),
    ASSET("/assets/login/login.js", JAVASCRIPT, login_login_js),
};

const WebAsset webPageHeader = { "", HTML, shared_header_html, sizeof shared_header_html };

const long webAssetCount = sizeof assets / sizeof *assets;

WebAsset webAsset(long index) { return assets[index]; }
