/// One HTML file that needs no network: a document as JSON, and the program that draws it.
struct PageFile {
    var title: String
    /// A document, without line breaks of its own.
    var json: String
    /// What is said where no program runs.
    var plain: [String]
    /// In the order in which they need one another.
    var scripts: [[UInt8]]

    var lines: [String] {
        [
            "<!DOCTYPE html>", "<html lang=\"en\">", "<meta charset=\"utf-8\">",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">",
            "<meta name=\"color-scheme\" content=\"light dark\">",
            "<title>\(Self.escaped(title))</title>",
            "<style>", Self.text(PackageResources.page_css), "</style>", "<body>", "<noscript>",
            "<h1>\(Self.escaped(title))</h1>", "<pre>",
        ] + plain.map(Self.escaped) + [
            "</pre>", "</noscript>",
            // Inside of a script only the start of a tag, or of a comment, could end it.
            "<script type=\"application/json\" id=\"document\">\(json.replacing("<", with: "\\u003c"))</script>",
            "<script>", "\"use strict\";", "(() => {",
        ] + scripts.map(Self.text) + ["})();", "</script>", "</body>", "</html>"]
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
}

/// The programs of a page, by what they draw.
enum PageScripts {
    /// Elements, words, the axis of time, ladders and floods.
    static let drawing = [
        PackageResources.basics_js, PackageResources.axis_js, PackageResources.states_js, PackageResources.ladder_js,
        PackageResources.flood_js, PackageResources.findings_js,
    ]
    static let report = drawing + [PackageResources.report_js]
    static let comparison = drawing + [PackageResources.overlay_js, PackageResources.comparison_js]
}
