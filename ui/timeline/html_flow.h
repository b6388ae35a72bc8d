#pragma once

#include "ui/timeline/text_flow.h"

#include <QImage>
#include <functional>

class QTextDocument;

namespace tributary::ui {

/// Gives the picture with this Content-ID of one message, if it is on this computer; a null image otherwise.
using CidImage = std::function<QImage(const QString &contentId)>;

/// The cleaned HTML of a mail. Its document loads nothing: no file, no network, only pictures that came with the message and
/// are cached already (ENGINE C66).
class HtmlFlow final : public TextFlow {
public:
    HtmlFlow(const Theme &theme, const QString &html, const QColor &text, const QColor &link, CidImage image);
    ~HtmlFlow() override;

    /// Whether @p html is worth and safe to lay out as such: something a line of text cannot show, within the limits of
    /// ENGINE C65 (size, depth, nested tables, unbroken runs). Otherwise the plain text of the message is shown.
    static bool accepts(const std::string &html);

    qreal layOut(qreal width) override;
    qreal naturalWidth() const override;
    qreal height() const override;
    void paint(QPainter &painter, QPointF at, const TextMarks &marks) const override;
    int positionAt(QPointF point) const override;
    QString text() const override;
    QString linkAt(QPointF point) const override;
    std::vector<LinkSpan> links() const override;
    QRectF rectAt(int position) const override;

private:
    std::unique_ptr<QTextDocument> m_document;
    QColor m_color;
};

/// Where the quoted history of a mail begins in its HTML; npos if there is none.
std::size_t quoteStartHtml(const std::string &html);

} // namespace tributary::ui
