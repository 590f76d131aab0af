/// What every checkpoint format must do, as tests to extend.
package org.statedict.testkit;
