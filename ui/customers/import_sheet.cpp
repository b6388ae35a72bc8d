#include "ui/customers/import_sheet.h"

#include "core/model/addresses.h"
#include "core/model/masks.h"
#include "core/model/number_region.h"
#include "ui/customer/people_words.h"
#include "ui/customers/import_words.h"
#include "ui/shell/picker.h"
#include "ui/shell/when_done.h"
#include "ui/theme/paint.h"

#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QKeyEvent>
#include <QMimeData>
#include <QPainter>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStyle>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

using Stage = client::CustomerImport::Stage;
using Kind = client::ImportColumn::Kind;
using Verdict = client::ImportLine::Verdict;

constexpr int kWidth = 760, kHeight = 600;

QString q(const std::string &text)
{
    return QString::fromStdString(text);
}

ColorOf secondary()
{
    return [](const Colors &c) { return c.text.secondary; };
}

/// What somebody needs to be allowed to fill such a column.
std::optional<model::Permission> neededFor(const client::ImportColumn &column)
{
    if (column.kind == Kind::Company)
        return model::Permission::ManageCompanies;
    if (column.kind == Kind::Note)
        return model::Permission::SeeCustomerNotes;
    if (column.kind == Kind::Field && model::isConfidential(column.field))
        return model::Permission::SeeConfidentialFields;
    return {};
}

bool isConfirm(const QKeyEvent &event)
{
    const bool enter = event.key() == Qt::Key_Return || event.key() == Qt::Key_Enter;
    return enter && event.modifiers().testFlag(Qt::ControlModifier);
}

} // namespace

// --- ImportLines ----------------------------------------------------------------------------------------------------------

ImportLines::ImportLines(const Theme &theme, const Clock &clock, const client::CustomerImport &import, QWidget *parent)
    : PaintedRows(theme, clock, parent)
    , m_import(import)
{
    setObjectName("importLines");
    setAccessibleName(tr("Rows of the file"));
}

void ImportLines::show(bool refusedOnly)
{
    m_refusedOnly = refusedOnly;
    m_refused.clear();
    const std::vector<client::ImportLine> &lines = m_import.lines();
    m_all = int(lines.size());
    for (std::size_t i = 0; refusedOnly && i < lines.size(); ++i) {
        if (lines[i].verdict == Verdict::Refused)
            m_refused.push_back(i);
    }
    rowsReset(std::clamp(current(), 0, std::max(0, count() - 1)));
}

const client::ImportLine *ImportLines::line(int row) const
{
    const std::size_t index = m_refusedOnly ? m_refused[std::size_t(row)] : std::size_t(row);
    return index < m_import.lines().size() ? &m_import.lines()[index] : nullptr;
}

QString ImportLines::spoken(int row) const
{
    const client::ImportLine *shown = line(row);
    //: A row of a file: its number, who it is about, and what becomes of it.
    return shown ? tr("Row %1, %2: %3")
                       .arg(QString::number(shown->number), q(shown->name), importing::outcome(*shown, m_import.wasImport()))
                 : QString();
}

void ImportLines::paintHeader(QPainter &painter, const QRect &box)
{
    const QRectF all = QRectF(box).adjusted(m_theme.px(12), 0, -m_theme.px(12), 0);
    const qreal number = m_theme.px(64), name = all.width() * 0.3;
    const auto head = [&](qreal x, qreal wide, const QString &words) {
        paint::text(painter, within(all, x, wide, box.height()), m_theme.font(Type::MetaStrong),
                    m_theme.colors().text.secondary, words, Qt::AlignLeading, layoutDirection());
    };
    head(0, number, tr("Row"));
    head(number, name, tr("Customer"));
    head(number + name, all.width() - number - name, m_import.wasImport() ? tr("Outcome") : tr("What would happen"));
}

void ImportLines::paintRow(QPainter &painter, int row, const QRect &box)
{
    const client::ImportLine *shown = line(row);
    if (!shown)
        return;
    const Colors &c = m_theme.colors();
    const QRectF all = QRectF(box).adjusted(m_theme.px(12), 0, -m_theme.px(12), 0);
    const qreal number = m_theme.px(64), name = all.width() * 0.3, gap = m_theme.px(12), glyph = m_theme.px(14);
    paint::text(painter, within(all, 0, number - gap, box.height()), m_theme.font(Type::Meta), c.text.tertiary,
                locale().toString(qint64(shown->number)), Qt::AlignLeading, layoutDirection());
    paint::text(painter, within(all, number, name - gap, box.height()), m_theme.font(Type::Body), c.text.primary,
                q(shown->name), Qt::AlignLeading, layoutDirection());
    const bool bad = shown->verdict == Verdict::Refused;
    const char *icon = bad                                    ? "warning"
                       : shown->verdict == Verdict::New       ? "plus"
                       : shown->verdict == Verdict::Joins     ? "merge"
                       : shown->verdict == Verdict::Unchanged ? "check"
                                                              : "copy";
    const QColor tone = bad ? c.status.danger.fg : c.text.secondary;
    m_theme.icons().paint(painter, within(all, number + name, glyph, glyph), icon, tone, layoutDirection());
    const qreal x = number + name + glyph + m_theme.px(8);
    paint::text(painter, within(all, x, all.width() - x, box.height()), m_theme.font(Type::Meta), tone,
                importing::outcome(*shown, m_import.wasImport()), Qt::AlignLeading, layoutDirection());
}

// --- ImportSheet ----------------------------------------------------------------------------------------------------------

/// How far it has come.
class ImportSheet::Bar : public QWidget {
public:
    Bar(const Theme &theme, QWidget *parent)
        : QWidget(parent)
        , m_theme(theme)
    {
        setFixedHeight(theme.px(4));
    }
    void setDone(double done)
    {
        m_done = done;
        setAccessibleName(ImportSheet::tr("%1 % done").arg(int(done * 100)));
        update();
    }

protected:
    void paintEvent(QPaintEvent *) override
    {
        QPainter painter(this);
        paint::roundRect(painter, QRectF(rect()), height() / 2.0, m_theme.colors().bg.sunken);
        const QRect part(0, 0, int(width() * m_done), height());
        paint::roundRect(painter, QRectF(QStyle::visualRect(layoutDirection(), rect(), part)), height() / 2.0,
                         m_theme.colors().accent.fill);
    }

private:
    const Theme &m_theme;
    double m_done = 0;
};

ImportSheet::ImportSheet(const Theme &theme, const Clock &clock, client::Workspace &workspace, Picker &picker,
                         QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_picker(picker)
    , m_import(new client::CustomerImport(workspace, this))
    , m_region(QLocale::territoryToCode(QLocale::system().territory()))
{
    setObjectName("importSheet");
    setAccessibleName(tr("Import customers"));
    setAcceptDrops(true);
    if (!model::isRegion(m_region.toStdString()))
        m_region.clear();
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16));
    layout->setSpacing(theme.px(10));
    m_title = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, tr("Import customers"), panel());
    m_title->setObjectName("importTitle");
    layout->addWidget(m_title);
    m_pages = new QStackedWidget(panel());
    m_pages->addWidget(makeChoosePage());
    m_pages->addWidget(makeColumnsPage());
    m_pages->addWidget(makeOutcomePage());
    layout->addWidget(m_pages, 1);
    m_problem = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.danger.fg; }, {}, panel());
    m_problem->setObjectName("importProblem");
    m_problem->setWordWrap(true);
    layout->addWidget(m_problem);
    auto *foot = new QHBoxLayout;
    const auto button = [&](Button::Look look, const QString &words, const char *name) {
        auto *made = new Button(theme, look, words, panel());
        made->setObjectName(name);
        foot->addWidget(made);
        return made;
    };
    m_save = button(Button::Look::Normal, tr("Save the refused rows"), "importSave");
    m_save->setIconName("download");
    foot->addStretch(1);
    m_back = button(Button::Look::Ghost, tr("Back"), "importBack");
    m_stop = button(Button::Look::Ghost, tr("Cancel"), "importStop");
    m_next = button(Button::Look::Primary, {}, "importNext");
    m_next->setKey(QStringLiteral("Ctrl ↵"));
    layout->addLayout(foot);

    connect(m_save, &QAbstractButton::clicked, this, &ImportSheet::saveRefused);
    connect(m_back, &QAbstractButton::clicked, this, [this] {
        const bool hasColumns = m_pages->currentIndex() == Outcome && !m_file.path.isEmpty();
        go(hasColumns ? Columns : Choose);
    });
    connect(m_stop, &QAbstractButton::clicked, this, [this] {
        if (m_import->isBusy())
            m_import->cancel();
        else
            dismiss();
    });
    connect(m_next, &QAbstractButton::clicked, this, &ImportSheet::next);
    connect(m_import, &client::CustomerImport::progressed, this, &ImportSheet::showOutcome);
    connect(m_import, &client::CustomerImport::ended, this, [this] {
        m_lines->show(m_which->current() == 1);
        if (!isVisible() && m_import->wasImport())
            emit endedUnseen();
    });
    connect(&workspace, &client::Workspace::statusChanged, this, &ImportSheet::showOutcome);
    m_agent = workspace.agent().id;
    connect(&workspace, &client::Workspace::agentChanged, this, [this] {
        if (std::exchange(m_agent, m_workspace.agent().id) != m_workspace.agent().id)
            forgetOthers();
    });
    go(Choose);
}

QWidget *ImportSheet::makeChoosePage()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setSpacing(m_theme.px(12));
    layout->addStretch(1);
    auto *words =
        new TextLabel(m_theme, Type::Body, secondary(),
                      tr("Drop a file here, or choose one: rows of customers, parted by commas, semicolons or tabs, "
                         "as any spreadsheet saves them. The first line names the columns."),
                      page);
    words->setWordWrap(true);
    words->setAlignment(Qt::AlignCenter);
    layout->addWidget(words);
    m_chooseButton = new Button(m_theme, Button::Look::Primary, tr("Choose a file"), page);
    m_chooseButton->setObjectName("importChoose");
    layout->addWidget(m_chooseButton, 0, Qt::AlignHCenter);
    connect(m_chooseButton, &QAbstractButton::clicked, this, &ImportSheet::askFile);
    layout->addStretch(2);
    return page;
}

QWidget *ImportSheet::makeColumnsPage()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(m_theme.px(8));
    m_about = new TextLabel(m_theme, Type::Meta, secondary(), {}, page);
    m_about->setObjectName("importAbout");
    m_about->setWordWrap(true);
    layout->addWidget(m_about);
    m_scroll = new QScrollArea(page);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->viewport()->setAutoFillBackground(false);
    layout->addWidget(m_scroll, 1);
    auto *row = new QHBoxLayout;
    row->addWidget(
        new TextLabel(m_theme, Type::Meta, secondary(), tr("Numbers without the code of a country are from"), page));
    m_regionButton = new Button(m_theme, Button::Look::Normal, {}, page);
    m_regionButton->setObjectName("importRegion");
    m_regionButton->setMenuArrow(true);
    row->addWidget(m_regionButton);
    row->addStretch(1);
    layout->addLayout(row);
    connect(m_regionButton, &QAbstractButton::clicked, this, &ImportSheet::pickRegion);
    return page;
}

QWidget *ImportSheet::makeOutcomePage()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(m_theme.px(8));
    m_figures = new TextLabel(
        m_theme, Type::Body, [](const Colors &c) { return c.text.primary; }, {}, page);
    m_figures->setObjectName("importFigures");
    m_figures->setWordWrap(true);
    layout->addWidget(m_figures);
    m_bar = new Bar(m_theme, page);
    layout->addWidget(m_bar);
    m_which = new Segment(m_theme, page);
    m_which->setAccessibleName(tr("Which rows"));
    m_which->addChoice(tr("All rows"));
    m_which->addChoice(tr("Refused"));
    layout->addWidget(m_which, 0, Qt::AlignLeading);
    m_lines = new ImportLines(m_theme, m_clock, *m_import, page);
    layout->addWidget(m_lines, 1);
    connect(m_which, &Segment::chosen, this, [this](int which) {
        m_which->setCurrent(which);
        m_lines->show(which == 1);
    });
    return page;
}

bool ImportSheet::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride && isConfirm(*static_cast<QKeyEvent *>(event))) {
        event->accept(); // the composer's key elsewhere
        return true;
    }
    return Overlay::event(event);
}

void ImportSheet::keyPressEvent(QKeyEvent *event)
{
    if (!isConfirm(*event))
        return Overlay::keyPressEvent(event);
    if (m_next->isEnabled() && m_next->isVisible())
        next();
}

void ImportSheet::open()
{
    const bool isOver = m_pages->currentIndex() == Outcome && !m_import->isBusy() && m_import->wasImport() && isHidden();
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    if (isOver && m_file.path.isEmpty())
        go(Choose);
    else
        go(Page(m_pages->currentIndex()));
    if (isOver)
        forgetFile(); // its report is seen once more, and then it begins anew
    (m_pages->currentIndex() == Choose ? m_chooseButton : m_stop)->setFocus(Qt::PopupFocusReason);
}

QString ImportSheet::fileIn(const QMimeData *data)
{
    const QList<QUrl> urls = data->urls();
    return urls.size() == 1 && urls.front().isLocalFile() ? urls.front().toLocalFile() : QString();
}

void ImportSheet::dragEnterEvent(QDragEnterEvent *event)
{
    if (!m_import->isBusy() && !fileIn(event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ImportSheet::dropEvent(QDropEvent *event)
{
    if (const QString path = fileIn(event->mimeData()); !path.isEmpty()) {
        event->acceptProposedAction();
        choose(path);
    }
}

void ImportSheet::askFile()
{
    auto *dialog = new QFileDialog(this, tr("Customers"), {}, tr("Separated values (*.csv *.tsv *.txt);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &ImportSheet::choose);
    dialog->open();
}

void ImportSheet::choose(const QString &path)
{
    if (m_import->isBusy())
        return;
    say({});
    m_chooseButton->setEnabled(false);
    whenDone(m_workspace.channelAccounts(), this,
             [this, path, looked = ++m_looked](const Result<std::vector<model::ChannelAccount>> &accounts) {
                 if (looked != m_looked)
                     return;
                 const std::string region = accounts ? model::regionFor(*accounts, model::Channel::Phone) : std::string();
                 if (!m_isRegionPicked && !region.empty())
                     m_region = QString::fromStdString(region);
                 look(path);
             });
}

void ImportSheet::look(const QString &path)
{
    whenDone(m_workspace.setup(), this, [this, path, looked = m_looked](const Result<store::Setup> &setup) {
        if (looked != m_looked)
            return;
        m_fields.clear();
        if (setup)
            std::ranges::copy_if(setup->fields, std::back_inserter(m_fields), [](const model::FieldDefinition &field) {
                return field.subject == model::FieldDefinition::Subject::Customer;
            });
        whenDone(m_import->look(path), this, [this, looked](Result<client::ImportFile> file) {
            if (looked != m_looked)
                return;
            m_chooseButton->setEnabled(true);
            if (!file) {
                go(Choose);
                return say(importing::problem(file.error()));
            }
            m_file = std::move(*file);
            m_columns = client::guessColumns(m_file, m_fields);
            for (client::ImportColumn &column : m_columns) {
                if (const auto needed = neededFor(column); needed && !model::may(m_workspace.agent(), *needed))
                    column = {};
            }
            go(Columns);
        });
    });
}

void ImportSheet::showColumns()
{
    m_about->setText(tr("%1: %2 rows, %3, %4. Only gaps are filled: what is known of somebody stays as it is.")
                         .arg(QFileInfo(m_file.path).fileName(), locale().toString(m_file.rows),
                              importing::encodingName(m_file.shape.encoding),
                              importing::delimiterName(m_file.shape.delimiter)));
    m_regionButton->setText(m_region.isEmpty() ? tr("nowhere in particular")
                                               : QLocale::territoryToString(QLocale::codeToTerritory(m_region)));
    m_regionButton->setAccessibleName(tr("Numbers without the code of a country are from %1").arg(m_regionButton->text()));
    auto *content = new QWidget;
    auto *layout = new QVBoxLayout(content);
    layout->setContentsMargins(0, 0, m_theme.px(8), 0);
    layout->setSpacing(m_theme.px(2));
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        auto *line = new QWidget(content);
        auto *row = new QHBoxLayout(line);
        row->setContentsMargins(0, m_theme.px(2), 0, m_theme.px(2));
        row->setSpacing(m_theme.px(12));
        const QString heading = m_file.headings[i].empty() ? tr("Column %1").arg(i + 1) : q(m_file.headings[i]);
        auto *name = new TextLabel(
            m_theme, Type::BodyStrong, [](const Colors &c) { return c.text.primary; }, heading, line);
        name->setFixedWidth(m_theme.px(180));
        row->addWidget(name);
        QStringList sample;
        for (const std::vector<std::string> &fields : m_file.sample) {
            if (i < fields.size() && !fields[i].empty())
                sample << q(fields[i]).simplified();
        }
        row->addWidget(new TextLabel(m_theme, Type::Meta, secondary(), sample.join(QStringLiteral(" · ")), line), 1);
        auto *what = new Button(m_theme, Button::Look::Normal, importing::columnName(m_columns[i], m_fields), line);
        what->setObjectName("importColumn");
        what->setMenuArrow(true);
        what->setFixedWidth(m_theme.px(200));
        //: A column of a file, and what it is taken for.
        what->setAccessibleName(tr("%1: %2").arg(heading, what->text()));
        connect(what, &QAbstractButton::clicked, this, [this, i, what] { pickColumn(i, what); });
        row->addWidget(what);
        layout->addWidget(line);
    }
    layout->addStretch(1);
    m_scroll->setWidget(content);
    content->setAutoFillBackground(false);
}

void ImportSheet::pickColumn(std::size_t index, QWidget *at)
{
    std::vector<client::ImportColumn> all;
    for (const Kind kind : {Kind::Name, Kind::Email, Kind::Phone, Kind::Company, Kind::Note, Kind::Tag})
        all.push_back({kind, {}});
    for (const model::FieldDefinition &field : m_fields)
        all.push_back({Kind::Field, field.key});
    all.push_back({});
    Picker::Question question{.objectName = "importColumnPicker", .placeholder = tr("What stands in this column")};
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto needed = neededFor(all[i]);
        const bool may = !needed || model::may(m_workspace.agent(), *needed);
        question.choices.append(Choice{.id = QString::number(i),
                                       .text = importing::columnName(all[i], m_fields),
                                       .detail = may ? QString() : whyNot(*needed),
                                       .checked = all[i] == m_columns[index],
                                       .enabled = may});
    }
    question.apply = [this, index, all](const Choice &choice) { setColumn(index, all[std::size_t(choice.id.toInt())]); };
    m_picker.raise();
    m_picker.ask(QRect(at->mapToGlobal(QPoint()), at->size()), std::move(question));
}

void ImportSheet::setColumn(std::size_t index, const client::ImportColumn &column)
{
    if (index >= m_columns.size())
        return;
    m_columns[index] = column;
    go(Columns);
    if (const auto buttons = m_scroll->widget()->findChildren<Button *>("importColumn"); int(index) < buttons.size())
        buttons[int(index)]->setFocus(Qt::OtherFocusReason);
}

void ImportSheet::pickRegion()
{
    Picker::Question question{.objectName = "regionPicker", .placeholder = tr("Country")};
    std::map<QString, QString> regions; // by their names
    for (const QLocale &one : QLocale::matchingLocales(QLocale::AnyLanguage, QLocale::AnyScript, QLocale::AnyTerritory)) {
        const QString code = QLocale::territoryToCode(one.territory());
        if (model::isRegion(code.toStdString()))
            regions.emplace(QLocale::territoryToString(one.territory()), code);
    }
    question.choices.append(Choice{.id = {}, .text = tr("Nowhere in particular"), .icon = "close"});
    for (const auto &[name, code] : regions)
        question.choices.append(Choice{.id = code, .text = name, .detail = code, .checked = code == m_region});
    question.apply = [this](const Choice &choice) {
        m_region = choice.id;
        m_isRegionPicked = true;
        showColumns();
        m_regionButton->setFocus(Qt::OtherFocusReason);
    };
    m_picker.raise();
    m_picker.ask(QRect(m_regionButton->mapToGlobal(QPoint()), m_regionButton->size()), std::move(question));
}

QString ImportSheet::notYet() const
{
    if (const auto missing = client::CustomerImport::missingFor(m_workspace.agent()))
        return whyNot(*missing);
    if (m_pages->currentIndex() == Columns) {
        const bool hasAddress = std::ranges::any_of(m_columns, [](const client::ImportColumn &column) {
            return column.kind == Kind::Email || column.kind == Kind::Phone;
        });
        return hasAddress ? QString() : tr("Say which column has the e-mail address or the number.");
    }
    if (m_workspace.status().state != client::Status::State::Live)
        return tr("This needs the hub, and all that it has on this computer.");
    return m_import->figures().fresh + m_import->figures().joins > 0 ? QString() : tr("Nothing in this file is new.");
}

void ImportSheet::go(Page page)
{
    m_pages->setCurrentIndex(page);
    say({});
    if (page == Columns)
        showColumns();
    showOutcome();
}

void ImportSheet::next()
{
    const int page = m_pages->currentIndex();
    if (page == Outcome && (m_import->wasImport() || m_import->stage() != Stage::Done)) {
        forgetFile();
        go(Choose);
        return dismiss();
    }
    if (const QString why = notYet(); !why.isEmpty())
        return say(why);
    const client::ImportSettings settings{
        .file = m_file, .columns = m_columns, .fields = m_fields, .region = m_region.toStdString()};
    m_which->setCurrent(0);
    if (page == Columns) {
        m_pages->setCurrentIndex(Outcome);
        m_import->check(settings);
    } else {
        m_import->run(settings);
    }
    m_lines->show(false);
    m_stop->setFocus(Qt::OtherFocusReason);
}

void ImportSheet::showOutcome()
{
    const int page = m_pages->currentIndex();
    const bool busy = m_import->isBusy(), isOutcome = page == Outcome;
    const Stage stage = m_import->stage();
    const bool isChecked = isOutcome && stage == Stage::Done && !m_import->wasImport();
    const client::ImportFigures &figures = m_import->figures();
    const auto number = [this](std::int64_t value) { return locale().toString(qint64(value)); };
    m_figures->setText((m_import->wasImport()
                            ? tr("Of %1 rows: added %2, joined %3, unchanged %4, twice in the file %5, "
                                 "refused %6.")
                            : tr("Of %1 rows: new %2, joining somebody %3, unchanged %4, twice in the file "
                                 "%5, refused %6. Nothing has been changed yet."))
                           .arg(number(figures.rows), number(figures.fresh), number(figures.joins),
                                number(figures.unchanged), number(figures.twice), number(figures.refused)));
    m_title->setText(stage == Stage::Checking && isOutcome                        ? tr("Looking at what would happen")
                     : m_import->isWaiting() && stage == Stage::Importing         ? tr("Waiting for the hub")
                     : stage == Stage::Importing                                  ? tr("Importing customers")
                     : isOutcome && stage == Stage::Cancelled                     ? tr("Stopped")
                     : isOutcome && m_import->wasImport() && stage == Stage::Done ? tr("Imported")
                                                                                  : tr("Import customers"));
    m_bar->setVisible(busy);
    m_bar->setDone(m_import->done());
    m_back->setVisible(!busy && (page == Columns || isChecked || (isOutcome && stage == Stage::Failed)));
    m_stop->setText(busy ? tr("Stop") : tr("Cancel"));
    m_stop->updateGeometry();
    m_stop->setVisible(busy || !isOutcome || isChecked);
    m_save->setVisible(isOutcome && !busy && figures.refused > 0);
    m_next->setVisible(page != Choose && !busy);
    m_next->setText(page == Columns ? tr("Check the rows") : isChecked ? tr("Import") : tr("Close"));
    m_next->updateGeometry();
    if (isOutcome && stage == Stage::Failed)
        say(importing::problem(m_import->error()));
}

void ImportSheet::saveRefused()
{
    auto *dialog = new QFileDialog(this, tr("Save the refused rows"), {}, tr("Separated values (*.csv)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix("csv");
    dialog->selectFile(tr("refused.csv"));
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString &path) {
        std::map<std::int64_t, std::string> reasons;
        for (const client::ImportLine &line : m_import->lines()) {
            if (line.verdict == Verdict::Refused)
                reasons.emplace(line.number, importing::outcome(line, m_import->wasImport()).toStdString());
        }
        whenDone(m_import->saveRefused(std::move(reasons), tr("Why").toStdString(), path), this,
                 [this](const Result<void> &saved) { say(saved ? QString() : importing::problem(saved.error())); });
    });
    dialog->open();
}

void ImportSheet::forgetFile()
{
    m_file = {};
    m_columns.clear();
}

void ImportSheet::forgetOthers()
{
    ++m_looked;
    m_chooseButton->setEnabled(true);
    m_import->forget();
    forgetFile();
    m_fields.clear();
    showColumns(); // as none
    m_lines->show(false);
    go(Choose);
    dismiss();
}

void ImportSheet::say(const QString &problem)
{
    m_problem->setText(problem);
    m_problem->setVisible(!problem.isEmpty());
}

} // namespace tributary::ui
