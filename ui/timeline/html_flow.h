#pragma once

#include "ui/timeline/text_flow.h"

#include <QImage>
#include <functional>

class QTextDocument;

namespace tributary::ui {

/// Gives the picture with this Content-ID of one message; a null image where there is none.
using CidImage = std::function<QImage(const QString &contentId)>;

inline constexpr int kMostMailImageWidth = 640; ///< Of a picture in a text; wider ones are scaled.

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
    std::vector<PictureSpan> pictures() const override;

private:
    std::unique_ptr<QTextDocument> m_document;
    QColor m_color;
};

/// Where the quoted history begins in the cleaned HTML of a mail; npos if there is none, or something is said behind it:
/// what is answered between the lines of a quote is read with it.
std::size_t quoteStartHtml(const std::string &html);

} // namespace tributary::ui
