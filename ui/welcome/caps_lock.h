#pragma once

#include <QObject>
#include <optional>

class QWidget;

namespace tributary::ui {

/// Whether Caps Lock is on, as far as what is typed into a field tells: a capital without Shift, or a small letter with it.
/// Qt has no question for it, and this works wherever there are capitals.
class CapsLock : public QObject {
    Q_OBJECT
public:
    explicit CapsLock(QWidget *field);
    bool isOn() const { return m_on.value_or(false); }

signals:
    void changed(bool on);

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void set(std::optional<bool> on);

    std::optional<bool> m_on; ///< Absent: nothing typed has told yet.
};

} // namespace tributary::ui
