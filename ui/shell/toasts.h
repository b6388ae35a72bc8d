#pragma once

#include "ui/shell/controls.h"

#include <QTimer>
#include <functional>

namespace tributary::ui {

/// Toasts at the bottom centre of the window: "Resolved Layla Al-Haddad. Undo Z" for 10 s, at most three at once (UX 4): one
/// more takes the oldest away that offers nothing, else the oldest, but none that stays until it is answered. They never
/// take focus; what the newest offers can be done by a key, which it shows.
class Toasts : public QWidget {
    Q_OBJECT
public:
    static constexpr int kMost = 3;

    Toasts(const Theme &theme, QWidget *window);

    /// Of a toast whose action is the only way to something: it stays until it is answered or dismissed.
    static constexpr int kStays = 0;

    /// Shows @p text; @p action ("Undo") with @p key calls @p run and takes the toast away.
    void add(const QString &text, const QString &action = {}, const QString &key = {}, std::function<void()> run = {},
             int milliseconds = 10'000);
    /// The same, for whom it may have to be taken away sooner: the toast, which goes by itself as any other.
    QWidget *offer(const QString &text, const QString &action, const QString &key, std::function<void()> run,
                   int milliseconds);
    /// Does nothing where it is gone.
    void remove(QWidget *toast);
    /// Does what the newest of those offers that offer anything.
    void takeNewestAction();
    void dismissNewest();
    /// What these are done by, in words.
    void setKeys(const QString &take, const QString &dismiss);
    void clear();
    int count() const { return int(m_toasts.size()); }
    QString newestText() const;

signals:
    void added(const QString &text);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void place();
    QWidget *leastNeeded() const;

    const Theme &m_theme;
    QList<QWidget *> m_toasts; ///< Oldest first.
    QString m_takeKey, m_dismissKey;
};

} // namespace tributary::ui
